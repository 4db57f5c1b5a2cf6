/** What pinning looks like in source, whatever the library. */
export const PINNING_WORDS =
  /PublicKeysTrustEvaluator|PinnedCertificatesTrustEvaluator|TrustKit|kTSK\w+|NSPinned|SecTrustCopyKey|SecTrustCopyPublicKey|SecTrustGetCertificateAtIndex|SecTrustCopyCertificateChain|CertificatePinner|sslPinning|ssl-pinning|pinnedCertificates|AFSSLPinningMode|publicKeyHashes|spkiHash|createPins?\(|@sallyport\/client|initializeSslPinning/;
/** What talking to a server looks like. */
export const NETWORK_USE = /URLSession|Alamofire|\bAF\.request|NSURLConnection|AFHTTPSessionManager|\bfetch\(|axios|Moya|Apollo/;
