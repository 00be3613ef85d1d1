/// A set of general categories as bits, with white space as one bit more.
///
/// White space follows the property `White_Space`, which is what `\s` means to the reference libraries.
struct CategoryMask: OptionSet, Sendable, Hashable {
  let rawValue: UInt32

  init(rawValue: UInt32) { self.rawValue = rawValue }

  static let uppercaseLetter = CategoryMask(rawValue: 1 << 0)
  static let lowercaseLetter = CategoryMask(rawValue: 1 << 1)
  static let titlecaseLetter = CategoryMask(rawValue: 1 << 2)
  static let modifierLetter = CategoryMask(rawValue: 1 << 3)
  static let otherLetter = CategoryMask(rawValue: 1 << 4)
  static let nonspacingMark = CategoryMask(rawValue: 1 << 5)
  static let spacingMark = CategoryMask(rawValue: 1 << 6)
  static let enclosingMark = CategoryMask(rawValue: 1 << 7)
  static let decimalNumber = CategoryMask(rawValue: 1 << 8)
  static let letterNumber = CategoryMask(rawValue: 1 << 9)
  static let otherNumber = CategoryMask(rawValue: 1 << 10)
  static let connectorPunctuation = CategoryMask(rawValue: 1 << 11)
  static let dashPunctuation = CategoryMask(rawValue: 1 << 12)
  static let openPunctuation = CategoryMask(rawValue: 1 << 13)
  static let closePunctuation = CategoryMask(rawValue: 1 << 14)
  static let initialPunctuation = CategoryMask(rawValue: 1 << 15)
  static let finalPunctuation = CategoryMask(rawValue: 1 << 16)
  static let otherPunctuation = CategoryMask(rawValue: 1 << 17)
  static let mathSymbol = CategoryMask(rawValue: 1 << 18)
  static let currencySymbol = CategoryMask(rawValue: 1 << 19)
  static let modifierSymbol = CategoryMask(rawValue: 1 << 20)
  static let otherSymbol = CategoryMask(rawValue: 1 << 21)
  static let spaceSeparator = CategoryMask(rawValue: 1 << 22)
  static let lineSeparator = CategoryMask(rawValue: 1 << 23)
  static let paragraphSeparator = CategoryMask(rawValue: 1 << 24)
  static let control = CategoryMask(rawValue: 1 << 25)
  static let format = CategoryMask(rawValue: 1 << 26)
  static let surrogate = CategoryMask(rawValue: 1 << 27)
  static let privateUse = CategoryMask(rawValue: 1 << 28)
  static let unassigned = CategoryMask(rawValue: 1 << 29)
  static let whitespace = CategoryMask(rawValue: 1 << 30)
  /// What the reference library cuts out as punctuation.
  static let earlyPunctuation = CategoryMask(rawValue: 1 << 31)

  static let letter: CategoryMask = [
    .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
  ]
  static let mark: CategoryMask = [.nonspacingMark, .spacingMark, .enclosingMark]
  static let number: CategoryMask = [.decimalNumber, .letterNumber, .otherNumber]
  static let punctuation: CategoryMask = [
    .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
    .finalPunctuation, .otherPunctuation,
  ]
  static let symbol: CategoryMask = [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
  static let separator: CategoryMask = [.spaceSeparator, .lineSeparator, .paragraphSeparator]
  static let other: CategoryMask = [.control, .format, .surrogate, .privateUse, .unassigned]

  /// The mask of one scalar, out of the standard library's data.
  init(of scalar: Unicode.Scalar) {
    let properties = scalar.properties
    // Tokens must not change with the toolchain, so the version of Unicode is fixed: the reference libraries' 16.
    if let age = properties.age, age.major > 16 {
      self = .unassigned
      return
    }
    var mask: CategoryMask =
      switch properties.generalCategory {
      case .uppercaseLetter: .uppercaseLetter
      case .lowercaseLetter: .lowercaseLetter
      case .titlecaseLetter: .titlecaseLetter
      case .modifierLetter: .modifierLetter
      case .otherLetter: .otherLetter
      case .nonspacingMark: .nonspacingMark
      case .spacingMark: .spacingMark
      case .enclosingMark: .enclosingMark
      case .decimalNumber: .decimalNumber
      case .letterNumber: .letterNumber
      case .otherNumber: .otherNumber
      case .connectorPunctuation: .connectorPunctuation
      case .dashPunctuation: .dashPunctuation
      case .openPunctuation: .openPunctuation
      case .closePunctuation: .closePunctuation
      case .initialPunctuation: .initialPunctuation
      case .finalPunctuation: .finalPunctuation
      case .otherPunctuation: .otherPunctuation
      case .mathSymbol: .mathSymbol
      case .currencySymbol: .currencySymbol
      case .modifierSymbol: .modifierSymbol
      case .otherSymbol: .otherSymbol
      case .spaceSeparator: .spaceSeparator
      case .lineSeparator: .lineSeparator
      case .paragraphSeparator: .paragraphSeparator
      case .control: .control
      case .format: .format
      case .surrogate: .surrogate
      case .privateUse: .privateUse
      case .unassigned: .unassigned
      @unknown default: .unassigned
      }
    // Unicode 17 moved this one to another category.
    if scalar.value == 0x295 { mask = .lowercaseLetter }
    if properties.isWhitespace { mask.insert(.whitespace) }
    if EarlyCategories.isPunctuation(scalar) { mask.insert(.earlyPunctuation) }
    self = mask
  }

  /// Reads the name inside `\p{...}`: a general category or one of its groups, short or long.
  init?(propertyName: String) {
    switch propertyName {
    case "L", "Letter", "Alphabetic_Letter": self = .letter
    case "Lu", "Uppercase_Letter": self = .uppercaseLetter
    case "Ll", "Lowercase_Letter": self = .lowercaseLetter
    case "Lt", "Titlecase_Letter": self = .titlecaseLetter
    case "Lm", "Modifier_Letter": self = .modifierLetter
    case "Lo", "Other_Letter": self = .otherLetter
    case "M", "Mark": self = .mark
    case "Mn", "Nonspacing_Mark": self = .nonspacingMark
    case "Mc", "Spacing_Mark": self = .spacingMark
    case "Me", "Enclosing_Mark": self = .enclosingMark
    case "N", "Number": self = .number
    case "Nd", "Decimal_Number": self = .decimalNumber
    case "Nl", "Letter_Number": self = .letterNumber
    case "No", "Other_Number": self = .otherNumber
    case "P", "Punctuation": self = .punctuation
    case "Pc": self = .connectorPunctuation
    case "Pd": self = .dashPunctuation
    case "Ps": self = .openPunctuation
    case "Pe": self = .closePunctuation
    case "Pi": self = .initialPunctuation
    case "Pf": self = .finalPunctuation
    case "Po": self = .otherPunctuation
    case "S", "Symbol": self = .symbol
    case "Sm": self = .mathSymbol
    case "Sc": self = .currencySymbol
    case "Sk": self = .modifierSymbol
    case "So": self = .otherSymbol
    case "Z", "Separator": self = .separator
    case "Zs": self = .spaceSeparator
    case "Zl": self = .lineSeparator
    case "Zp": self = .paragraphSeparator
    case "C", "Other": self = .other
    case "Cc": self = .control
    case "Cf": self = .format
    case "Co": self = .privateUse
    case "Cn": self = .unassigned
    case "White_Space", "Space": self = .whitespace
    default: return nil
    }
  }
}
