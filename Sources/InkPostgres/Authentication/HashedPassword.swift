import Crypto
import InkRetrieval

/// PostgreSQL's older way to show that one knows a password: MD5 of it, twice.
package enum HashedPassword {
  /// `md5` and the digits of MD5(digits of MD5(password, user), salt).
  package static func md5(user: String, password: String, salt: [UInt8]) -> String {
    let stored = Hexadecimal.text(of: Insecure.MD5.hash(data: Array((password + user).utf8)))
    return "md5" + Hexadecimal.text(of: Insecure.MD5.hash(data: Array(stored.utf8) + salt))
  }
}
