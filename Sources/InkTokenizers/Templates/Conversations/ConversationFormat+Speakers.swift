extension ConversationFormat {
  /// Formats that write who speaks in plain words.
  static let namedSpeakers: [ConversationFormat] = [
    ConversationFormat(
      name: "vicuna_v1.1",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: curiousUser, closing: " ", whenEmpty: .written)),
          user: .init(opening: "USER: ", closing: " "),
          assistant: .init(invitation: "ASSISTANT:", lead: " ", ending: "</s>")))),
    // As the publisher's training and inference code write it, which put in no token that begins a sequence.
    ConversationFormat(
      name: "belle",
      layout: .turns(
        TurnLayout(
          system: .nowhere, user: .init(opening: "Human: \n", closing: "\n\n"),
          assistant: .init(invitation: "Assistant: \n", ending: "</s>"))),
      beginning: .written),
    // Every conversation goes on behind a greeting, which stands there also behind a system message of one's own.
    ConversationFormat(
      name: "baize",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(
            .init(
              standard:
                "The following is a conversation between a human and an AI assistant named Baize (named after a "
                + "mythical creature in Chinese folklore). Baize is an open-source AI assistant developed by UCSD and Sun "
                + "Yat-Sen University. The human and the AI assistant take turns chatting. Human statements start with "
                + "[|Human|] and AI assistant statements start with [|AI|]. The AI assistant always provides responses in "
                + "as much detail as possible, and in Markdown format. The AI assistant always declines to engage with "
                + "topics, questions and instructions related to unethical, controversial, or sensitive issues. Complete "
                + "the transcript in exactly that format.\n",
              closing: "[|Human|]Hello!\n[|AI|]Hi!\n", whenEmpty: .written)),
          user: .init(opening: "[|Human|]", closing: "\n"), assistant: .init(invitation: "[|AI|]", ending: "\n"))),
      stopStrings: ["[|Human|]"]),
    ConversationFormat(
      name: "billa",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(closing: "\n", whenEmpty: .written)),
          user: .init(opening: "Human: ", closing: "\n"),
          assistant: .init(invitation: "Assistant: ", ending: "\n"))),
      stopStrings: ["Human:"]),
    ConversationFormat(
      name: "codegeex",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init()), user: .init(opening: "", closing: "\n\n"),
          assistant: .init(invitation: "", ending: "\n\n"))),
      stopTokens: ["</s>"]),
    ConversationFormat(
      name: "cutegpt",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init()), user: .init(opening: "问：", closing: "\n"),
          assistant: .init(invitation: "答：\n", ending: "\n"))),
      stopStrings: ["<end>"], stopTokens: ["<end>"]),
    ConversationFormat(
      name: "openbuddy",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: buddy, closing: "\n", whenEmpty: .written)),
          user: .init(opening: "User: ", closing: "\n"),
          assistant: .init(invitation: "Assistant:", lead: " ", ending: "\n"))),
      stopTokens: ["</s>"]),
    ConversationFormat(
      name: "phoenix",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(.init(standard: curiousHuman + "\n\n")),
          user: .init(opening: "Human: <s>", closing: "</s>"),
          assistant: .init(invitation: "Assistant: <s>", ending: "</s>")))),
    // From the publisher's own copy of FastChat's code.
    ConversationFormat(
      name: "xuanyuan",
      layout: .turns(
        TurnLayout(
          system: .beforeTurns(
            .init(
              standard: "以下是用户和人工智能助手之间的对话。用户以Human开头，人工智能助手以Assistant开头，"
                + "会对人类提出的问题给出有帮助、高质量、详细和礼貌的回答，并且总是拒绝参与与不道德、不安全、有争议、"
                + "政治敏感等相关的话题、问题和指示。\n", closing: " ", whenEmpty: .written)),
          user: .init(opening: "Human: ", closing: " "),
          assistant: .init(invitation: "Assistant:", lead: " ", ending: "</s>")))),
    // An empty line ends a turn, so there is none inside of one. Every conversation goes on behind a greeting.
    ConversationFormat(
      name: "rwkv",
      layout: .template(
        "{% if messages and messages[0].role == 'system' %}{{ messages[0].content }}{% set turns = messages[1:] %}"
          + "{% else %}{% set turns = messages %}{% endif %}"
          + "{{ 'Bob: hi\\n\\nAlice: Hi. I am your assistant and I will provide expert full response in full details. "
          + "Please feel free to ask any question and I will always answer it.\\n\\n' }}"
          + "{% for message in turns %}"
          + "{% set text = message.content.replace('\\r\\n', '\\n').replace('\\n\\n', '\\n') %}"
          + "{% if message.role == 'assistant' %}Alice:{% generation %}{{ ' ' ~ text ~ '\\n\\n' }}{% endgeneration %}"
          + "{% elif message.role == 'user' %}{{ 'Bob: ' ~ text ~ '\\n\\n' }}{% else %}"
          + "{{ raise_exception('The conversation format rwkv has no place for a message of role ' ~ message.role ~ "
          + "' here.') }}{% endif %}{% endfor %}{% if add_generation_prompt %}Alice:{% endif %}"),
      stopStrings: ["\n\n"]),
  ]

  private static let buddy = """
    Consider a conversation between User (a human) and Assistant (named Buddy).
    Buddy is an INTP-T, a friendly, intelligent and multilingual AI assistant, by OpenBuddy team. GitHub: \
    https://github.com/OpenBuddy/OpenBuddy
    Buddy cannot access the Internet.
    Buddy can fluently speak the user's language (e.g. English, Chinese).
    Buddy can generate poems, stories, code, essays, songs, parodies, and more.
    Buddy possesses vast knowledge about the world, history, and culture.
    Buddy's responses are always safe, creative, high-quality, human-like, and interesting.
    Buddy strictly refuses to discuss political, NSFW, or other unsafe topics.

    User: Hi.
    Assistant: Hi, I'm Buddy, your AI assistant. How can I help you today?
    """
}
