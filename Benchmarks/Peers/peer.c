// The peer's side of the comparison: a small program over the public C interface of llama.cpp, so that what is
// measured is that library alone (no Python around it) with the settings that suit it best.
//
//   peer info
//   peer quantize IN OUT TYPE
//   peer bench MODEL THREADS PROMPT GENERATE REPEAT FLASH REPACK
//   peer first MODEL THREADS TEXT
//   peer perplexity MODEL THREADS CONTEXT FILE
//   peer logits MODEL THREADS TEXT
//
// Each command writes one JSON object to standard output (`first` writes the first piece of text instead).

#define _POSIX_C_SOURCE 200809L

#include <llama.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void quiet(enum ggml_log_level level, const char *text, void *data) {
  (void)data;
  if (level == GGML_LOG_LEVEL_ERROR) fputs(text, stderr);
}

static void fail(const char *what) {
  fprintf(stderr, "peer: %s\n", what);
  exit(1);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

// The most memory that was resident at one time. getrusage also counts what the process was before it became this
// program, so the kernel's own page is read where there is one.
static int64_t peak_resident_bytes(void) {
  FILE *status = fopen("/proc/self/status", "r");
  if (status) {
    char line[256];
    long long kibibytes = 0;
    while (fgets(line, sizeof line, status) && sscanf(line, "VmHWM: %lld", &kibibytes) != 1) continue;
    fclose(status);
    if (kibibytes > 0) return kibibytes * 1024;
  }
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (int64_t)usage.ru_maxrss * 1024;
}

typedef struct {
  struct llama_model *model;
  const struct llama_vocab *vocabulary;
  struct llama_context *context;
  double load_seconds;
} Session;

typedef struct {
  int threads;
  int context_tokens;
  int batch_tokens;
  enum llama_flash_attn_type flash;
  bool repack;
} Settings;

static Session open_session(const char *path, Settings settings) {
  const double start = seconds();
  struct llama_model_params model_params = llama_model_default_params();
  model_params.use_extra_bufts = settings.repack;
  struct llama_context_params params = llama_context_default_params();
  params.n_ctx = (uint32_t)settings.context_tokens;
  params.n_batch = (uint32_t)settings.batch_tokens;
  params.n_ubatch = (uint32_t)settings.batch_tokens;
  params.n_threads = settings.threads;
  params.n_threads_batch = settings.threads;
  params.flash_attn_type = settings.flash;
  params.no_perf = true;
  Session session = {0};
  session.model = llama_model_load_from_file(path, model_params);
  if (!session.model) fail("the model does not load");
  session.vocabulary = llama_model_get_vocab(session.model);
  session.context = llama_init_from_model(session.model, params);
  if (!session.context) fail("the context cannot be made");
  session.load_seconds = seconds() - start;
  return session;
}

static llama_token *tokens_of(Session session, const char *text, size_t length, bool add_special, int *count) {
  const int capacity = (int)length + 16;
  llama_token *tokens = malloc(sizeof(llama_token) * (size_t)capacity);
  if (!tokens) fail("out of memory");
  *count = llama_tokenize(session.vocabulary, text, (int)length, tokens, capacity, add_special, false);
  if (*count < 0) fail("the text does not tokenize");
  return tokens;
}

static void decode(Session session, llama_token *tokens, int count) {
  if (llama_decode(session.context, llama_batch_get_one(tokens, count)) != 0) fail("llama_decode failed");
}

static uint32_t draw(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

// Tokens per second, one entry a repetition, as llama-bench counts them: each part starts from an empty context.
static double timed_prompt(Session session, int length, uint32_t *random) {
  const int words = llama_vocab_n_tokens(session.vocabulary);
  llama_token *tokens = malloc(sizeof(llama_token) * (size_t)length);
  if (!tokens) fail("out of memory");
  for (int i = 0; i < length; i++) tokens[i] = (llama_token)(draw(random) % (uint32_t)words);
  llama_memory_clear(llama_get_memory(session.context), true);
  const double start = seconds();
  for (int done = 0; done < length;) {
    const int limit = (int)llama_n_batch(session.context);
    const int count = length - done < limit ? length - done : limit;
    decode(session, tokens + done, count);
    done += count;
  }
  llama_synchronize(session.context);
  const double elapsed = seconds() - start;
  free(tokens);
  return length / elapsed;
}

static double timed_generation(Session session, int length, uint32_t *random) {
  const int words = llama_vocab_n_tokens(session.vocabulary);
  llama_memory_clear(llama_get_memory(session.context), true);
  const double start = seconds();
  for (int i = 0; i < length; i++) {
    llama_token token = (llama_token)(draw(random) % (uint32_t)words);
    decode(session, &token, 1);
    llama_synchronize(session.context);
  }
  return length / (seconds() - start);
}

static void print_samples(const char *name, const double *samples, int count) {
  printf("\"%s\": [", name);
  for (int i = 0; i < count; i++) printf("%s%.3f", i ? ", " : "", samples[i]);
  printf("], ");
}

static void bench(char **arguments) {
  const int prompt = atoi(arguments[2]), generate = atoi(arguments[3]), repeat = atoi(arguments[4]);
  if (repeat < 1 || repeat > 1000) fail("REPEAT must be from 1 to 1000");
  const int longest = prompt > generate ? prompt : generate;
  const Settings settings = {
      .threads = atoi(arguments[1]),
      .context_tokens = longest < 512 ? 512 : longest,
      .batch_tokens = 512,
      .flash = atoi(arguments[5]) ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED,
      .repack = atoi(arguments[6]) != 0,
  };
  Session session = open_session(arguments[0], settings);
  double *prompt_rate = calloc((size_t)repeat, sizeof(double)), *decode_rate = calloc((size_t)repeat, sizeof(double));
  if (!prompt_rate || !decode_rate) fail("out of memory");
  uint32_t random = 1;
  if (prompt) timed_prompt(session, prompt, &random);
  if (generate) timed_generation(session, 4, &random);
  for (int i = 0; i < repeat; i++) {
    if (prompt) prompt_rate[i] = timed_prompt(session, prompt, &random);
    if (generate) decode_rate[i] = timed_generation(session, generate, &random);
  }
  printf("{");
  if (prompt) print_samples("prompt_tokens_per_second", prompt_rate, repeat);
  if (generate) print_samples("decode_tokens_per_second", decode_rate, repeat);
  printf("\"load_seconds\": %.4f, \"peak_rss_bytes\": %lld}\n", session.load_seconds, (long long)peak_resident_bytes());
}

static void first_token(char **arguments) {
  const Settings settings = {atoi(arguments[1]), 512, 512, LLAMA_FLASH_ATTN_TYPE_AUTO, true};
  Session session = open_session(arguments[0], settings);
  int count = 0;
  llama_token *tokens = tokens_of(session, arguments[2], strlen(arguments[2]), true, &count);
  decode(session, tokens, count);
  const float *logits = llama_get_logits_ith(session.context, -1);
  const int words = llama_vocab_n_tokens(session.vocabulary);
  int best = 0;
  for (int i = 1; i < words; i++) {
    if (logits[i] > logits[best]) best = i;
  }
  char piece[256];
  const int length = llama_token_to_piece(session.vocabulary, best, piece, sizeof piece, 0, true);
  if (length < 0 || write(STDOUT_FILENO, piece, (size_t)length) != length) fail("the piece cannot be written");
  _exit(0);
}

static char *contents(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  if (!file) fail("the text file cannot be opened");
  if (fseek(file, 0, SEEK_END) != 0) fail("the text file cannot be read");
  const long size = ftell(file);
  if (size < 0 || size > 100000000) fail("the text file is too large");
  rewind(file);
  char *text = malloc((size_t)size + 1);
  if (!text || fread(text, 1, (size_t)size, file) != (size_t)size) fail("the text file cannot be read");
  fclose(file);
  *length = (size_t)size;
  return text;
}

// Minus the logarithm of the probability of `target`, natural base.
static double surprise(const float *logits, int words, llama_token target) {
  float highest = logits[0];
  for (int i = 1; i < words; i++) {
    if (logits[i] > highest) highest = logits[i];
  }
  double sum = 0;
  for (int i = 0; i < words; i++) sum += exp((double)(logits[i] - highest));
  return log(sum) - (double)(logits[target] - highest);
}

// The chunked definition of llama-perplexity: the text is cut into chunks of the context's length, each starts from an
// empty cache, and the second half of each chunk is scored.
static void perplexity(char **arguments) {
  const int context = atoi(arguments[2]);
  if (context < 8) fail("CONTEXT must be at least 8");
  const Settings settings = {atoi(arguments[1]), context, context, LLAMA_FLASH_ATTN_TYPE_AUTO, true};
  Session session = open_session(arguments[0], settings);
  size_t length = 0;
  char *text = contents(arguments[3], &length);
  int count = 0;
  const bool add_special = llama_vocab_get_add_bos(session.vocabulary);
  llama_token *tokens = tokens_of(session, text, length, add_special, &count);
  const int words = llama_vocab_n_tokens(session.vocabulary), first = context / 2;
  struct llama_batch batch = llama_batch_init(context, 0, 1);
  double total = 0;
  long scored = 0;
  for (int chunk = 0; chunk + context <= count; chunk += context) {
    llama_memory_clear(llama_get_memory(session.context), true);
    batch.n_tokens = context;
    for (int i = 0; i < context; i++) {
      batch.token[i] = i == 0 && add_special ? llama_vocab_bos(session.vocabulary) : tokens[chunk + i];
      batch.pos[i] = i;
      batch.n_seq_id[i] = 1;
      batch.seq_id[i][0] = 0;
      batch.logits[i] = i >= first && i < context - 1;
    }
    if (llama_decode(session.context, batch) != 0) fail("llama_decode failed");
    for (int i = first; i < context - 1; i++) {
      total += surprise(llama_get_logits_ith(session.context, i), words, tokens[chunk + i + 1]);
      scored++;
    }
  }
  if (scored == 0) fail("the text is shorter than one context");
  printf("{\"perplexity\": %.6f, \"tokens\": %ld, \"text_tokens\": %d}\n", exp(total / (double)scored), scored, count);
}

static void logits(char **arguments) {
  const Settings settings = {atoi(arguments[1]), 512, 512, LLAMA_FLASH_ATTN_TYPE_AUTO, true};
  Session session = open_session(arguments[0], settings);
  int count = 0;
  llama_token *tokens = tokens_of(session, arguments[2], strlen(arguments[2]), true, &count);
  decode(session, tokens, count);
  const float *row = llama_get_logits_ith(session.context, -1);
  printf("{\"tokens\": [");
  for (int i = 0; i < count; i++) printf("%s%d", i ? ", " : "", tokens[i]);
  printf("], \"logits\": [");
  for (int i = 0; i < llama_vocab_n_tokens(session.vocabulary); i++) printf("%s%.7g", i ? ", " : "", (double)row[i]);
  printf("]}\n");
}

static void quantize(char **arguments) {
  static const struct {
    const char *name;
    enum llama_ftype type;
  } types[] = {
      {"F32", LLAMA_FTYPE_ALL_F32},          {"F16", LLAMA_FTYPE_MOSTLY_F16},   {"Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0},
      {"Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M}, {"Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K}, {"Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0},
  };
  struct llama_model_quantize_params params = llama_model_quantize_default_params();
  params.allow_requantize = true;
  bool known = false;
  for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
    if (strcmp(types[i].name, arguments[2]) == 0) {
      params.ftype = types[i].type;
      known = true;
    }
  }
  if (!known) fail("TYPE must be F32, F16, Q8_0, Q6_K, Q4_K_M or Q4_0");
  if (llama_model_quantize(arguments[0], arguments[1], &params) != 0) fail("the model cannot be quantized");
  printf("{\"written\": true}\n");
}

int main(int count, char **arguments) {
  static const struct {
    const char *name;
    int arguments;
    void (*run)(char **);
  } commands[] = {
      {"quantize", 3, quantize},     {"bench", 7, bench},   {"first", 3, first_token},
      {"perplexity", 4, perplexity}, {"logits", 3, logits},
  };
  llama_log_set(quiet, NULL);
  llama_backend_init();
  if (count == 2 && strcmp(arguments[1], "info") == 0) {
    printf("{\"system\": \"%s\"}\n", llama_print_system_info());
    return 0;
  }
  for (size_t i = 0; count > 1 && i < sizeof commands / sizeof commands[0]; i++) {
    if (strcmp(commands[i].name, arguments[1]) == 0 && count == commands[i].arguments + 2) {
      commands[i].run(arguments + 2);
      return 0;
    }
  }
  fail("unknown command or a wrong number of arguments; the first lines of peer.c list them");
  return 2;
}
