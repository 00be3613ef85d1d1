#include "CInkPage.h"

#include <string.h>

// Part of C23, which compilers also know in older modes.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char page_html[] = {
#embed "Page/page.html"
};
static const unsigned char answer_js[] = {
#embed "Page/answer.js"
};
static const unsigned char api_js[] = {
#embed "Page/api.js"
};
static const unsigned char baseView_js[] = {
#embed "Page/baseView.js"
};
static const unsigned char basesView_js[] = {
#embed "Page/basesView.js"
};
static const unsigned char bradleyTerry_js[] = {
#embed "Page/bradleyTerry.js"
};
static const unsigned char byteRange_js[] = {
#embed "Page/byteRange.js"
};
static const unsigned char chat_js[] = {
#embed "Page/chat.js"
};
static const unsigned char compare_css[] = {
#embed "Page/compare.css"
};
static const unsigned char compare_js[] = {
#embed "Page/compare.js"
};
static const unsigned char composer_js[] = {
#embed "Page/composer.js"
};
static const unsigned char controls_css[] = {
#embed "Page/controls.css"
};
static const unsigned char dialogs_js[] = {
#embed "Page/dialogs.js"
};
static const unsigned char documentView_js[] = {
#embed "Page/documentView.js"
};
static const unsigned char dom_js[] = {
#embed "Page/dom.js"
};
static const unsigned char droppedFiles_js[] = {
#embed "Page/droppedFiles.js"
};
static const unsigned char early_js[] = {
#embed "Page/early.js"
};
static const unsigned char eventStream_js[] = {
#embed "Page/eventStream.js"
};
static const unsigned char exchange_js[] = {
#embed "Page/exchange.js"
};
static const unsigned char files_js[] = {
#embed "Page/files.js"
};
static const unsigned char generation_js[] = {
#embed "Page/generation.js"
};
static const unsigned char grounding_js[] = {
#embed "Page/grounding.js"
};
static const unsigned char i18n_js[] = {
#embed "Page/i18n.js"
};
static const unsigned char icon_svg[] = {
#embed "Page/icon.svg"
};
static const unsigned char images_js[] = {
#embed "Page/images.js"
};
static const unsigned char inline_js[] = {
#embed "Page/inline.js"
};
static const unsigned char keyboard_js[] = {
#embed "Page/keyboard.js"
};
static const unsigned char knowledge_css[] = {
#embed "Page/knowledge.css"
};
static const unsigned char knowledge_js[] = {
#embed "Page/knowledge.js"
};
static const unsigned char knowledgeAPI_js[] = {
#embed "Page/knowledgeAPI.js"
};
static const unsigned char knowledgePlace_js[] = {
#embed "Page/knowledgePlace.js"
};
static const unsigned char layout_css[] = {
#embed "Page/layout.css"
};
static const unsigned char links_js[] = {
#embed "Page/links.js"
};
static const unsigned char main_js[] = {
#embed "Page/main.js"
};
static const unsigned char markdown_js[] = {
#embed "Page/markdown.js"
};
static const unsigned char marks_js[] = {
#embed "Page/marks.js"
};
static const unsigned char menu_js[] = {
#embed "Page/menu.js"
};
static const unsigned char message_js[] = {
#embed "Page/message.js"
};
static const unsigned char models_js[] = {
#embed "Page/models.js"
};
static const unsigned char notices_js[] = {
#embed "Page/notices.js"
};
static const unsigned char panel_js[] = {
#embed "Page/panel.js"
};
static const unsigned char pieceNode_js[] = {
#embed "Page/pieceNode.js"
};
static const unsigned char problems_js[] = {
#embed "Page/problems.js"
};
static const unsigned char prose_css[] = {
#embed "Page/prose.css"
};
static const unsigned char queryWords_js[] = {
#embed "Page/queryWords.js"
};
static const unsigned char render_js[] = {
#embed "Page/render.js"
};
static const unsigned char retrieval_js[] = {
#embed "Page/retrieval.js"
};
static const unsigned char retrievalControls_js[] = {
#embed "Page/retrievalControls.js"
};
static const unsigned char searchView_js[] = {
#embed "Page/searchView.js"
};
static const unsigned char settings_js[] = {
#embed "Page/settings.js"
};
static const unsigned char sidebar_js[] = {
#embed "Page/sidebar.js"
};
static const unsigned char sourcePicker_js[] = {
#embed "Page/sourcePicker.js"
};
static const unsigned char sourceText_js[] = {
#embed "Page/sourceText.js"
};
static const unsigned char sources_css[] = {
#embed "Page/sources.css"
};
static const unsigned char sources_js[] = {
#embed "Page/sources.js"
};
static const unsigned char store_js[] = {
#embed "Page/store.js"
};
static const unsigned char theme_css[] = {
#embed "Page/theme.css"
};
static const unsigned char theme_js[] = {
#embed "Page/theme.js"
};
static const unsigned char thread_css[] = {
#embed "Page/thread.css"
};
static const unsigned char thread_js[] = {
#embed "Page/thread.js"
};
static const unsigned char topbar_js[] = {
#embed "Page/topbar.js"
};
static const unsigned char tree_js[] = {
#embed "Page/tree.js"
};
static const unsigned char uploadView_js[] = {
#embed "Page/uploadView.js"
};
static const unsigned char uploads_js[] = {
#embed "Page/uploads.js"
};
static const unsigned char votes_js[] = {
#embed "Page/votes.js"
};
static const unsigned char warnings_js[] = {
#embed "Page/warnings.js"
};
static const unsigned char words_en_js[] = {
#embed "Page/words.en.js"
};
static const unsigned char words_zh_js[] = {
#embed "Page/words.zh.js"
};

struct page_file {
  const char *name;
  const unsigned char *bytes;
  size_t size;
};

#define PAGE_FILE(name, bytes) {name, bytes, sizeof bytes}

static const struct page_file files[] = {
    PAGE_FILE("page.html", page_html),
    PAGE_FILE("answer.js", answer_js),
    PAGE_FILE("api.js", api_js),
    PAGE_FILE("baseView.js", baseView_js),
    PAGE_FILE("basesView.js", basesView_js),
    PAGE_FILE("bradleyTerry.js", bradleyTerry_js),
    PAGE_FILE("byteRange.js", byteRange_js),
    PAGE_FILE("chat.js", chat_js),
    PAGE_FILE("compare.css", compare_css),
    PAGE_FILE("compare.js", compare_js),
    PAGE_FILE("composer.js", composer_js),
    PAGE_FILE("controls.css", controls_css),
    PAGE_FILE("dialogs.js", dialogs_js),
    PAGE_FILE("documentView.js", documentView_js),
    PAGE_FILE("dom.js", dom_js),
    PAGE_FILE("droppedFiles.js", droppedFiles_js),
    PAGE_FILE("early.js", early_js),
    PAGE_FILE("eventStream.js", eventStream_js),
    PAGE_FILE("exchange.js", exchange_js),
    PAGE_FILE("files.js", files_js),
    PAGE_FILE("generation.js", generation_js),
    PAGE_FILE("grounding.js", grounding_js),
    PAGE_FILE("i18n.js", i18n_js),
    PAGE_FILE("icon.svg", icon_svg),
    PAGE_FILE("images.js", images_js),
    PAGE_FILE("inline.js", inline_js),
    PAGE_FILE("keyboard.js", keyboard_js),
    PAGE_FILE("knowledge.css", knowledge_css),
    PAGE_FILE("knowledge.js", knowledge_js),
    PAGE_FILE("knowledgeAPI.js", knowledgeAPI_js),
    PAGE_FILE("knowledgePlace.js", knowledgePlace_js),
    PAGE_FILE("layout.css", layout_css),
    PAGE_FILE("links.js", links_js),
    PAGE_FILE("main.js", main_js),
    PAGE_FILE("markdown.js", markdown_js),
    PAGE_FILE("marks.js", marks_js),
    PAGE_FILE("menu.js", menu_js),
    PAGE_FILE("message.js", message_js),
    PAGE_FILE("models.js", models_js),
    PAGE_FILE("notices.js", notices_js),
    PAGE_FILE("panel.js", panel_js),
    PAGE_FILE("pieceNode.js", pieceNode_js),
    PAGE_FILE("problems.js", problems_js),
    PAGE_FILE("prose.css", prose_css),
    PAGE_FILE("queryWords.js", queryWords_js),
    PAGE_FILE("render.js", render_js),
    PAGE_FILE("retrieval.js", retrieval_js),
    PAGE_FILE("retrievalControls.js", retrievalControls_js),
    PAGE_FILE("searchView.js", searchView_js),
    PAGE_FILE("settings.js", settings_js),
    PAGE_FILE("sidebar.js", sidebar_js),
    PAGE_FILE("sourcePicker.js", sourcePicker_js),
    PAGE_FILE("sourceText.js", sourceText_js),
    PAGE_FILE("sources.css", sources_css),
    PAGE_FILE("sources.js", sources_js),
    PAGE_FILE("store.js", store_js),
    PAGE_FILE("theme.css", theme_css),
    PAGE_FILE("theme.js", theme_js),
    PAGE_FILE("thread.css", thread_css),
    PAGE_FILE("thread.js", thread_js),
    PAGE_FILE("topbar.js", topbar_js),
    PAGE_FILE("tree.js", tree_js),
    PAGE_FILE("uploadView.js", uploadView_js),
    PAGE_FILE("uploads.js", uploads_js),
    PAGE_FILE("votes.js", votes_js),
    PAGE_FILE("warnings.js", warnings_js),
    PAGE_FILE("words.en.js", words_en_js),
    PAGE_FILE("words.zh.js", words_zh_js),
};

static const size_t count = sizeof files / sizeof files[0];

size_t ink_page_count(void) { return count; }

const char *ink_page_name(size_t index) { return index < count ? files[index].name : ""; }

size_t ink_page_size(size_t index) { return index < count ? files[index].size : 0; }

size_t ink_page_copy(size_t index, unsigned char *target, size_t capacity) {
  size_t size = ink_page_size(index);
  if (size > capacity) return 0;
  if (size > 0) memcpy(target, files[index].bytes, size);
  return size;
}
