public import InkChat

/// How a question becomes an answer with sources.
public struct AnswerPlan: Sendable {
  /// What the answer's text may be.
  public enum Form: Sendable, Hashable {
    /// The model's own words over the passages.
    case written
    /// Up to `count` sentences of the passages, word for word; the model can only choose among them.
    case quotes(count: Int)
  }

  /// Whether a message is searched for at all.
  public var intent: RetrievalIntent
  /// How a question that leans on the conversation becomes one that stands alone.
  public var rewriting: QuestionRewriting
  /// Which further wordings are searched for.
  public var transformation: QuestionTransformation
  /// What the answer's text may be.
  public var form: Form
  /// How many sentences, the nearest to the question, the model chooses among for quotes; nil offers one more than it may
  /// repeat. A small model chooses worse than the encoder that ranked them, a large one better.
  public var quoteCandidates: Int?
  /// The most tokens of all passages together that a model reads.
  public var passageTokens: Int
  /// How the model answers.
  public var options: GenerationOptions
  /// When passages count as being about the question; nil answers from the best there are, whatever they say. A search
  /// with a threshold of its own is not judged again.
  public var evidence: EvidenceRule?
  /// When a sentence counts as supported.
  public var support: SupportRule
  /// What is said when nothing was found; nil says it in the question's language.
  public var notFound: String?

  /// A plan; the defaults ask no model but the one that answers.
  public init(
    intent: RetrievalIntent = .dictionary(.smallTalk), rewriting: QuestionRewriting = .withEarlierQuestions(count: 1),
    transformation: QuestionTransformation = .none, form: Form = .written, quoteCandidates: Int? = nil,
    passageTokens: Int = 1_500,
    options: GenerationOptions = AnswerPlan.plainOptions(maximumTokens: 256),
    evidence: EvidenceRule? = EvidenceRule(), support: SupportRule = SupportRule(), notFound: String? = nil
  ) {
    self.intent = intent
    self.rewriting = rewriting
    self.transformation = transformation
    self.form = form
    self.quoteCandidates = quoteCandidates
    self.passageTokens = passageTokens
    self.options = options
    self.evidence = evidence
    self.support = support
    self.notFound = notFound
  }

  /// The most probable answer, kept from going in circles as small models do.
  public static func plainOptions(maximumTokens: Int) -> GenerationOptions {
    GenerationOptions(
      sampling: SamplingParameters(temperature: 0, repetitionPenalty: 1.1, repetitionWindow: .answer),
      maximumTokens: maximumTokens)
  }

  /// The fixed sentence of an answer that found nothing.
  public func notFoundText(for question: String) -> String {
    if let notFound { return notFound }
    switch TextLanguage(of: question) {
    case .english: return "This was not found in these documents."
    case .chinese: return "在这些文档中没有找到相关内容。"
    }
  }
}
