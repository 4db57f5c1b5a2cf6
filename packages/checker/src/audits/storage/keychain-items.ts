import type { Value } from '../../flow/value.ts';

/** Accessibility classes that are readable without an unlock, or leave the device in backups. */
export const ALWAYS =
  /kSecAttrAccessibleAlways(?:ThisDeviceOnly)?$|\.accessibleAlways(?:ThisDeviceOnly)?$|^\.always(?:ThisDeviceOnly)?$|\.always(?:ThisDeviceOnly)?$|ALWAYS(?:_THIS_DEVICE_ONLY)?$|^AccessibleAlways(?:ThisDeviceOnly)?$/;
export const NOT_DEVICE_BOUND =
  /(?:kSecAttrAccessible(?:WhenUnlocked|AfterFirstUnlock)|\.(?:whenUnlocked|afterFirstUnlock)|WHEN_UNLOCKED|AFTER_FIRST_UNLOCK|^Accessible(?:WhenUnlocked|AfterFirstUnlock))$/;

/** The spelled accessibility of a value: a symbol, or the text constants stand for. */
export const spelledClass = (value: Value): string => value.symbol ?? value.text ?? '';
