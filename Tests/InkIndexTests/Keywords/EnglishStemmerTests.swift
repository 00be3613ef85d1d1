import InkIndex
import Testing

@Suite("English stems")
struct EnglishStemmerTests {
  /// Words with the stems of Snowball 3.1 (PyStemmer), chosen so that every rule and exception is met.
  static let stems: [(String, String)] = [
    ("caresses", "caress"), ("ponies", "poni"), ("ties", "tie"), ("cries", "cri"), ("gas", "gas"), ("this", "this"),
    ("kiwis", "kiwi"), ("gaps", "gap"), ("abyss", "abyss"), ("us", "us"), ("agreed", "agre"), ("feed", "feed"),
    ("succeed", "succeed"), ("proceeds", "proceed"), ("exceedingly", "exceed"), ("agreedly", "agre"),
    ("plastered", "plaster"), ("bled", "bled"), ("motoring", "motor"), ("sing", "sing"), ("dying", "die"),
    ("lying", "lie"), ("tying", "tie"), ("vying", "vie"), ("paying", "pay"), ("conflated", "conflat"),
    ("troubled", "troubl"), ("sized", "size"), ("hopping", "hop"), ("tanned", "tan"), ("falling", "fall"),
    ("hissing", "hiss"), ("fizzed", "fizz"), ("failing", "fail"), ("filing", "file"), ("hoping", "hope"),
    ("egged", "egg"), ("adding", "add"), ("evening", "evening"), ("evenings", "evening"), ("outing", "outing"),
    ("inning", "inning"), ("innings", "inning"), ("canning", "canning"), ("herring", "herring"),
    ("earring", "earring"), ("cry", "cri"), ("by", "by"), ("say", "say"), ("happy", "happi"), ("enjoy", "enjoy"),
    ("yes", "yes"), ("youth", "youth"), ("boyish", "boyish"), ("flying", "fli"), ("syzygy", "syzygi"),
    ("rational", "ration"), ("conditional", "condit"), ("valency", "valenc"), ("hesitancy", "hesit"),
    ("digitizer", "digit"), ("conformably", "conform"), ("radically", "radic"), ("differently", "differ"),
    ("vilely", "vile"), ("analogously", "analog"), ("vietnamization", "vietnam"), ("predication", "predic"),
    ("operator", "oper"), ("feudalism", "feudal"), ("decisiveness", "decis"), ("hopefulness", "hope"),
    ("callousness", "callous"), ("formality", "formal"), ("sensitivity", "sensit"), ("sensibility", "sensibl"),
    ("geologist", "geolog"), ("analogies", "analog"), ("apologi", "apolog"), ("lessli", "lessli"),
    ("fearlessly", "fearless"), ("beautifully", "beauti"), ("only", "onli"), ("fully", "fulli"),
    ("triplicate", "triplic"), ("formative", "format"), ("formalize", "formal"), ("electricity", "electr"),
    ("electrical", "electr"), ("hopeful", "hope"), ("goodness", "good"), ("revival", "reviv"), ("allowance", "allow"),
    ("inference", "infer"), ("airliner", "airlin"), ("gyroscopic", "gyroscop"), ("adjustable", "adjust"),
    ("defensible", "defens"), ("irritant", "irrit"), ("replacement", "replac"), ("adjustment", "adjust"),
    ("dependent", "depend"), ("adoption", "adopt"), ("homologous", "homolog"), ("communism", "communism"),
    ("activate", "activ"), ("angularity", "angular"), ("effective", "effect"), ("bowdlerize", "bowdler"),
    ("probate", "probat"), ("rate", "rate"), ("cease", "ceas"), ("controll", "control"), ("roll", "roll"),
    ("past", "past"), ("paste", "paste"), ("pasted", "paste"), ("arsenal", "arsenal"), ("arsenic", "arsenic"),
    ("commune", "commune"), ("community", "communiti"), ("emerge", "emerg"), ("emergency", "emergenc"),
    ("general", "general"), ("generate", "generat"), ("generously", "generous"), ("interest", "interest"),
    ("internal", "internal"), ("later", "later"), ("lateral", "lateral"), ("organ", "organ"), ("organize", "organiz"),
    ("university", "universiti"), ("universe", "univers"), ("universal", "universal"), ("skis", "ski"),
    ("skies", "sky"), ("idly", "idl"), ("gently", "gentl"), ("ugly", "ugli"), ("early", "earli"), ("singly", "singl"),
    ("sky", "sky"), ("news", "news"), ("howe", "howe"), ("atlas", "atlas"), ("cosmos", "cosmos"), ("bias", "bias"),
    ("andes", "andes"), ("boy's", "boy"), ("it's", "it"), ("naïvely", "naïv"), ("cafés", "café"),
    ("naïveties", "naïveti"),
  ]

  @Test("words get the stems of the published algorithm", arguments: stems)
  func publishedStems(word: String, stem: String) {
    #expect(TextAnalyzer().query(word).terms == [stem])
  }

  @Test("words stay whole where stemming is off")
  func noStemming() {
    #expect(TextAnalyzer(stemming: .none).query("Running Runs").terms == ["running", "runs"])
  }
}
