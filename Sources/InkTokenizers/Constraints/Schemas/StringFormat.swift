/// The formats of strings that answers are held to, with the expressions that describe them.
enum StringFormat: String, CaseIterable {
  case date
  case time
  case dateTime = "date-time"
  case duration
  case email
  case hostname
  case ipv4
  case ipv6
  case uuid
  case uri
  case jsonPointer = "json-pointer"

  /// Formats that numbers have; they restrict nothing that a grammar would not write anyway.
  static let numeric: Set<String> = ["int32", "int64", "float", "double"]

  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// Texts of the format. Where a standard allows forms that hardly any reader knows, the usual ones are described.
  var expression: String {
    switch self {
    case .date: Self.day
    case .time: Self.clock
    case .dateTime: "(?:\(Self.day))T(?:\(Self.clock))"
    case .duration: Self.period
    case .email:
      "[A-Za-z0-9_%+-]{1,20}(\\.[A-Za-z0-9_%+-]{1,20}){0,2}@(?:\(Self.label)\\.){1,4}[A-Za-z]{2,18}"
    case .hostname: "\(Self.label)(?:\\.\(Self.label)){0,3}"
    case .ipv4: Self.address4
    case .ipv6: Self.address6
    case .uuid: "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    case .uri:
      "(?:https?|ftp)://\(Self.label)(?:\\.\(Self.label)){0,4}(?::[1-9][0-9]{0,3})?(?:/\(Self.pathCharacter)*)*"
        + "(?:\\?(?:\(Self.pathCharacter)|[/?])*)?(?:#(?:\(Self.pathCharacter)|[/?])*)?"
    case .jsonPointer: "(?:/(?:[^~/]|~[01])*)*"
    }
  }

  /// RFC 3339, full-date, with the days that exist.
  private static let day: String = {
    let year = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
    let leap =
      "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
    return "\(year)-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
      + "|02-(?:0[1-9]|1[0-9]|2[0-8]))|\(leap)-02-29"
  }()

  /// RFC 3339, full-time, without leap seconds.
  private static let clock =
    "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.(?:[0-9]{3}|[0-9]{6}))?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"

  /// ISO 8601 as in RFC 3339, appendix A.
  private static let period: String = {
    let seconds = "[0-9]{1,5}S"
    let minutes = "(?:[0-9]{1,5}M(?:\(seconds))?)"
    let time = "T(?:[0-9]{1,5}H\(minutes)?|\(minutes)|\(seconds))"
    let days = "[0-9]{1,5}D"
    let date = "(?:[0-9]{1,4}Y(?:[0-9]{1,4}M(?:\(days))?)?|[0-9]{1,4}M(?:\(days))?|\(days))"
    return "P(?:\(date)(?:\(time))?|\(time)|[0-9]{1,4}W)"
  }()

  private static let label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?"
  private static let pathCharacter = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
  private static let address4 =
    "(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"

  /// Eight groups, or fewer on both sides of a `::`.
  private static let address6: String = {
    let group = "[0-9a-fA-F]{1,4}"
    var forms = ["(?:\(group):){7}\(group)", "::(?:(?:\(group):){0,6}\(group))?"]
    for before in 1...6 {
      forms.append("\(group)(?::\(group)){\(before - 1)}::(?:(?:\(group):){0,\(6 - before)}\(group))?")
    }
    forms.append("\(group)(?::\(group)){6}::")
    return forms.map { "(?:\($0))" }.joined(separator: "|")
  }()
}
