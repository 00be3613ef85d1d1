/// The tables of Snowball's English stemmer.
enum EnglishSuffixes {
  enum PluralRule: Sendable { case cut, keep, afterVowel, toI }
  enum PastRule: Sendable { case double, past, progressive }
  enum RepairRule: Sendable { case addE, undouble }
  enum DoubleRule: Sendable {
    case becomes([UInt8])
    case afterL([UInt8])
    case afterValidLetter
  }
  enum NominalRule: Sendable {
    case becomes([UInt8])
    case cutInSecondRegion
  }
  enum ResidualRule: Sendable { case cut, afterSOrT }

  /// Words that no rule fits, and words that look like plurals and are none.
  static let exceptions: [[UInt8]: [UInt8]] = {
    let pairs = [
      ("skis", "ski"), ("skies", "sky"), ("idly", "idl"), ("gently", "gentl"), ("ugly", "ugli"), ("early", "earli"),
      ("only", "onli"), ("singly", "singl"), ("sky", "sky"), ("news", "news"), ("howe", "howe"), ("atlas", "atlas"),
      ("cosmos", "cosmos"), ("bias", "bias"), ("andes", "andes"),
    ]
    return Dictionary(uniqueKeysWithValues: pairs.map { (Array($0.0.utf8), Array($0.1.utf8)) })
  }()

  /// Beginnings after which R1 starts, so that arsenal and arsenic, or university and universe, stay apart.
  static let wholePrefixes = list("arsen commun emerg gener inter later organ past univers")
  /// What comes before a final eed that stays.
  static let keepsEed = list("succ proc exc")
  /// What comes before a final ing that stays.
  static let keepsIng = list("even cann inn earr herr out")
  static let lettersBeforeLi: Set<UInt8> = Set("cdeghkmnrt".utf8)

  static let possessive = SuffixTable<PluralRule>([("' 's 's'", .cut)])
  static let plural = SuffixTable<PluralRule>([
    ("sses", .cut), ("ied ies", .toI), ("s", .afterVowel), ("us ss", .keep),
  ])
  static let past = SuffixTable<PastRule>([
    ("eed eedly", .double), ("ed edly ingly", .past), ("ing", .progressive),
  ])
  static let repaired = SuffixTable<RepairRule>([
    ("at bl iz", .addE), ("bb dd ff gg mm nn pp rr tt", .undouble),
  ])
  static let double = SuffixTable<DoubleRule>([
    ("tional", becomes("tion")), ("enci", becomes("ence")), ("anci", becomes("ance")), ("abli", becomes("able")),
    ("entli", becomes("ent")), ("izer ization", becomes("ize")), ("ational ation ator", becomes("ate")),
    ("alism aliti alli", becomes("al")), ("fulness fulli", becomes("ful")), ("ousli ousness", becomes("ous")),
    ("iveness iviti", becomes("ive")), ("biliti bli", becomes("ble")), ("ogist", becomes("og")),
    ("ogi", .afterL(Array("og".utf8))), ("lessli", becomes("less")), ("li", .afterValidLetter),
  ])
  static let nominal = SuffixTable<NominalRule>([
    ("tional", .becomes(Array("tion".utf8))), ("ational", .becomes(Array("ate".utf8))),
    ("alize", .becomes(Array("al".utf8))), ("icate iciti ical", .becomes(Array("ic".utf8))), ("ful ness", .becomes([])),
    ("ative", .cutInSecondRegion),
  ])
  static let residual = SuffixTable<ResidualRule>([
    ("al ance ence er ic able ible ant ement ment ent ism ate iti ous ive ize", .cut), ("ion", .afterSOrT),
  ])

  private static func list(_ words: String) -> [[UInt8]] { words.split(separator: " ").map { Array($0.utf8) } }

  private static func becomes(_ replacement: String) -> DoubleRule { .becomes(Array(replacement.utf8)) }
}
