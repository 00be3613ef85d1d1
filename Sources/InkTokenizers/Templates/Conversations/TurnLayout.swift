/// What is written around the messages of a conversation.
public struct TurnLayout: Sendable, Hashable {
  /// What is written around the system message.
  public struct SystemText: Sendable, Hashable {
    /// What happens to an empty system message.
    public enum WhenEmpty: Sendable, Hashable {
      /// What surrounds it is written all the same.
      case written
      /// Nothing is written.
      case leftOut
    }

    /// What the model is told when the conversation brings no system message; may be empty.
    public let standard: String
    /// What stands in front of the message.
    public let opening: String
    /// What stands behind it.
    public let closing: String
    /// What happens to an empty one.
    public let whenEmpty: WhenEmpty

    /// A system message's surroundings.
    public init(
      standard: String = "", opening: String = "", closing: String = "", whenEmpty: WhenEmpty = .leftOut
    ) {
      self.standard = standard
      self.opening = opening
      self.closing = closing
      self.whenEmpty = whenEmpty
    }
  }

  /// Where the system message goes.
  public enum System: Sendable, Hashable {
    /// In front of the turns.
    case beforeTurns(SystemText)
    /// Into the user's first turn, behind its opening.
    case insideFirstTurn(SystemText)
    /// Nowhere: such a message is refused.
    case nowhere
  }

  /// What is written around what the user says.
  public struct User: Sendable, Hashable {
    /// A number in front of each turn of the user.
    public struct Numbering: Sendable, Hashable {
      /// What stands in front of the number.
      public let opening: String
      /// The number of the first turn.
      public let first: Int
      /// What stands behind the number.
      public let closing: String

      /// A numbering.
      public init(opening: String, first: Int, closing: String) {
        self.opening = opening
        self.first = first
        self.closing = closing
      }
    }

    /// The turn's number, written first.
    public let numbering: Numbering?
    /// What stands in front of the message.
    public let opening: String
    /// What stands behind it.
    public let closing: String

    /// A user's turn.
    public init(numbering: Numbering? = nil, opening: String, closing: String) {
      self.numbering = numbering
      self.opening = opening
      self.closing = closing
    }
  }

  /// What is written around what the assistant says.
  public struct Assistant: Sendable, Hashable {
    /// What invites an answer; the model goes on behind it.
    public let invitation: String
    /// What stands between the invitation and an answer that is given. The model writes it itself.
    public let lead: String
    /// What ends an answer. The model writes it itself.
    public let ending: String
    /// What follows before the next turn.
    public let trailer: String

    /// An assistant's turn.
    public init(invitation: String, lead: String = "", ending: String = "", trailer: String = "") {
      self.invitation = invitation
      self.lead = lead
      self.ending = ending
      self.trailer = trailer
    }
  }

  /// Where the system message goes.
  public let system: System
  /// What is written around what the user says.
  public let user: User
  /// What is written around what the assistant says.
  public let assistant: Assistant

  /// A layout with every field given.
  public init(system: System, user: User, assistant: Assistant) {
    self.system = system
    self.user = user
    self.assistant = assistant
  }
}
