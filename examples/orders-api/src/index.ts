export { createOrdersApi, type Order, type OrdersApi, type ReceivedRequest } from './create-orders-api.ts';
