/// How a rendered conversation ends.
public enum PromptEnding: Sendable, Hashable {
  /// With its last message: what a model is trained on.
  case complete
  /// With the opening of the assistant's next turn, where the model goes on (`add_generation_prompt`).
  case assistantTurn
  /// Inside the last message, so that the model continues it (`continue_final_message`): whatever the template writes
  /// behind the message is left out.
  case openLastMessage
}
