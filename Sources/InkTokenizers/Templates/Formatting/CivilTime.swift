/// A wall-clock time in the proleptic Gregorian calendar, which `strftime_now` prints. Rendering never reads a clock.
public struct CivilTime: Sendable, Equatable {
  /// 1 … 9999.
  public let year: Int
  /// 1 … 12.
  public let month: Int
  /// 1 … 31.
  public let day: Int
  /// 0 … 23.
  public let hour: Int
  /// 0 … 59.
  public let minute: Int
  /// 0 … 60.
  public let second: Int

  /// A time from its parts, each brought into its range.
  public init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    self.year = min(max(year, 1), 9999)
    self.month = min(max(month, 1), 12)
    self.day = min(max(day, 1), 31)
    self.hour = min(max(hour, 0), 23)
    self.minute = min(max(minute, 0), 59)
    self.second = min(max(second, 0), 60)
  }

  /// The time `seconds` after 1970-01-01 00:00:00, plus the offset of a time zone.
  /// Days are turned into dates by counting 400-year eras that begin on 1 March.
  public init(secondsSince1970 seconds: Int, secondsFromGMT offset: Int = 0) {
    let bounded = min(max(seconds, -62_000_000_000), 253_000_000_000) + min(max(offset, -86_400), 86_400)
    let days = Int((Double(bounded) / 86_400).rounded(.down))
    let rest = bounded - days * 86_400
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    self.init(
      year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month,
      day: dayOfYear - (153 * shiftedMonth + 2) / 5 + 1,
      hour: rest / 3600, minute: rest / 60 % 60, second: rest % 60)
  }

  private var isLeapYear: Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  /// 1 … 366.
  var dayOfYear: Int {
    let lengths = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return lengths.prefix(month - 1).reduce(0, +) + day
  }

  /// Days since Monday: 0 … 6.
  var weekday: Int {
    let before = year - 1
    return (365 * before + before / 4 - before / 100 + before / 400 + dayOfYear - 1) % 7
  }

  private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]

  /// The time in C's `strftime` notation with English names; an unknown letter stays as written.
  func formatted(_ format: String) -> String {
    var text = ""
    var scalars = format.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "%" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      guard var letter = scalars.next() else { return text + "%" }
      var isPadded = true
      if letter == "-" {
        isPadded = false
        guard let next = scalars.next() else { return text + "%-" }
        letter = next
      }
      text += field(letter, isPadded: isPadded) ?? (isPadded ? "%" : "%-") + String(letter)
    }
    return text
  }

  private func field(_ letter: Unicode.Scalar, isPadded: Bool) -> String? {
    func number(_ value: Int, _ width: Int, _ fill: String = "0") -> String {
      let digits = String(value)
      return isPadded ? String(repeating: fill, count: max(0, width - digits.utf8.count)) + digits : digits
    }
    switch letter {
    case "Y": return number(year, 1)
    case "C": return number(year / 100, 2)
    case "y": return number(year % 100, 2)
    case "m": return number(month, 2)
    case "d": return number(day, 2)
    case "e": return number(day, 2, " ")
    case "H": return number(hour, 2)
    case "k": return number(hour, 2, " ")
    case "I": return number((hour + 11) % 12 + 1, 2)
    case "l": return number((hour + 11) % 12 + 1, 2, " ")
    case "M": return number(minute, 2)
    case "S": return number(second, 2)
    case "f": return "000000"
    case "j": return number(dayOfYear, 3)
    case "u": return number(weekday + 1, 1)
    case "w": return number((weekday + 1) % 7, 1)
    case "U": return number((dayOfYear + 6 - (weekday + 1) % 7) / 7, 2)
    case "W": return number((dayOfYear + 6 - weekday) / 7, 2)
    case "p": return hour < 12 ? "AM" : "PM"
    case "P": return hour < 12 ? "am" : "pm"
    case "A": return Self.weekdays[weekday]
    case "a": return String(Self.weekdays[weekday].prefix(3))
    case "B": return Self.months[month - 1]
    case "b", "h": return String(Self.months[month - 1].prefix(3))
    case "F": return formatted("%Y-%m-%d")
    case "T", "X": return formatted("%H:%M:%S")
    case "R": return formatted("%H:%M")
    case "D", "x": return formatted("%m/%d/%y")
    case "c": return formatted("%a %b %e %H:%M:%S %Y")
    case "r": return formatted("%I:%M:%S %p")
    case "n": return "\n"
    case "t": return "\t"
    case "z", "Z": return ""
    case "%": return "%"
    default: return nil
    }
  }
}
