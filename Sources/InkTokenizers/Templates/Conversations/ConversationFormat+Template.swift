extension ConversationFormat {
  /// The format as a Jinja template, for `chat_template.jinja` too. What the model itself writes stands in
  /// `{% generation %}` blocks.
  ///
  /// Tools, documents, images and roles that the format has no place for are refused with its name.
  public var templateSource: String {
    switch layout {
    case .template(let source): refusals + source
    case .turns(let layout): refusals + turnSource(layout)
    }
  }

  /// Refuses by name what no format of the table can say.
  private var refusals: String {
    "{% if tools %}\(refusal(of: "tools")){% endif %}{% if documents %}\(refusal(of: "documents")){% endif %}"
      + "{% for message in messages %}{% if message.content is not string %}"
      + "\(refusal(of: "anything but text in a message")){% endif %}{% endfor %}"
  }

  private func refusal(of what: String) -> String {
    "{{ raise_exception(\(Self.literal("The conversation format \(name) has no place for \(what)."))) }}"
  }

  private func turnSource(_ layout: TurnLayout) -> String {
    let user = layout.user
    let assistant = layout.assistant
    var source = system(layout.system)
    source += "{% set state = namespace(turns=0) %}{% for message in turns %}{% if message.role == 'user' %}"
    if let numbering = user.numbering {
      source += Self.printing(numbering.opening)
      source += "{{ state.turns + \(numbering.first) }}" + Self.printing(numbering.closing)
    }
    source += Self.printing(user.opening)
    if case .insideFirstTurn(let text) = layout.system {
      source += "{% if state.turns == 0 %}\(systemText(text)){% endif %}"
    }
    source += "{{ message.content }}" + Self.printing(user.closing)
    source += "{% set state.turns = state.turns + 1 %}{% elif message.role == 'assistant' %}"
    source += Self.printing(assistant.invitation) + "{% generation %}" + Self.printing(assistant.lead)
    source += "{{ message.content }}" + Self.printing(assistant.ending) + "{% endgeneration %}"
    source += Self.printing(assistant.trailer)
    let role = Self.literal("The conversation format \(name) has no place for a message of role ")
    source += "{% else %}{{ raise_exception(\(role) ~ message.role ~ ' here.') }}{% endif %}{% endfor %}"
    return source + "{% if add_generation_prompt %}\(Self.printing(assistant.invitation)){% endif %}"
  }

  /// Sets `system` and `turns`, and prints the system message where it goes in front.
  private func system(_ system: TurnLayout.System) -> String {
    let text: TurnLayout.SystemText
    switch system {
    case .nowhere: return "{% set turns = messages %}"
    case .beforeTurns(let given), .insideFirstTurn(let given): text = given
    }
    let source =
      "{% if messages and messages[0].role == 'system' %}{% set system = messages[0].content %}"
      + "{% set turns = messages[1:] %}{% else %}{% set system = \(Self.literal(text.standard)) %}"
      + "{% set turns = messages %}{% endif %}"
    if case .beforeTurns = system { return source + systemText(text) }
    return source
  }

  private func systemText(_ text: TurnLayout.SystemText) -> String {
    let printed = Self.printing(text.opening) + "{{ system }}" + Self.printing(text.closing)
    return switch text.whenEmpty {
    case .written: printed
    case .leftOut: "{% if system %}\(printed){% endif %}"
    }
  }

  /// Prints a text. As an expression it is safe from the trimming of lines around blocks.
  private static func printing(_ text: String) -> String { text.isEmpty ? "" : "{{ \(literal(text)) }}" }

  /// A text as a string of the template language.
  private static func literal(_ text: String) -> String {
    var quoted = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": quoted += "\\\\"
      case "'": quoted += "\\'"
      case "\n": quoted += "\\n"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "'"
  }
}
