import Foundation

/// The machine's clock, where no other is given.
public enum SystemTime {
  /// Seconds since 1970.
  public static func secondsSince1970() -> Double { Date().timeIntervalSince1970 }
}
