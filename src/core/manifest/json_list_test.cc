// JSON of any layout, through windows of any size. The oracle of the random tests is their own
// maker, which knows what it wrote and where.
#include "core/manifest/json_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "support/tree_dump.h"

namespace podmoat::manifest {

namespace {

using testing::dump;

constexpr std::size_t kWindows[] = {64, 65, 67, 71, 80, 97, 128, 211, 512, 4096, kJsonWindow};

/// Gives a text in pieces.
class Pieces : public ByteSource {
 public:
  explicit Pieces(std::string_view text, std::size_t piece = 1000) : text_(text), piece_(piece) {}
  Result<std::size_t> read(std::span<char> into) override {
    const std::size_t size = std::min({into.size(), piece_, text_.size()});
    std::copy_n(text_.data(), size, into.data());
    text_.remove_prefix(size);
    return size;
  }

 private:
  std::string_view text_;
  std::size_t piece_;
};

/// Everything that comes out of `text`: dumps of objects with the kind from their list, and the
/// mistake.
std::vector<std::string> read(std::string_view text, std::size_t window = kJsonWindow) {
  std::vector<std::string> out;
  const JsonSink sink{.take =
                          [&](Cursor object, ItemKind item) {
                            out.push_back(std::string(item.api_version) + " " +
                                          std::string(item.kind) + "\n" + dump(object));
                          },
                      .report =
                          [&](const Diagnostic& mistake) {
                            EXPECT_EQ(mistake.level, Level::error);
                            out.push_back(std::to_string(mistake.place.line) + ":" +
                                          std::to_string(mistake.place.column) + " " +
                                          mistake.message);
                          }};
  // A part of the text was read by whoever found out that it is JSON.
  const std::size_t before = text.size() / 7;
  Pieces source(text.substr(before), window / 3);
  EXPECT_TRUE(read_json(text.substr(0, before), source, 0, sink, window));
  return out;
}

std::string spaces(std::size_t count) { return std::string(count, ' '); }

TEST(JsonList, hands_on_objects_and_the_items_of_lists) {
  struct Case {
    const char* name;
    std::string text;
    std::vector<std::string> want;
  } const cases[] = {
      {"nothing", "", {}},
      {"blanks", " \n\t\r\n ", {}},
      {"one object", R"({"kind":"A"})", {" \n1:1 a map \n  1:2 kind: a string A\n"}},
      {"two objects",
       "{\"kind\":\"A\"}\n{\"kind\":\"B\"}",
       {" \n1:1 a map \n  1:2 kind: a string A\n", " \n2:1 a map \n  2:2 kind: a string B\n"}},
      {"a byte order mark", "\xef\xbb\xbf{}", {" \n1:1 a map \n"}},
      {"line ends of Windows",
       "{\r\n\"kind\":\r\n\"A\"\r\n}\r\n",
       {" \n1:1 a map \n  2:1 kind: a string A\n"}},
      {"an empty list", R"({"kind":"List","items":[],"apiVersion":"v1"})", {}},
      {"items that say what they are",
       R"({"apiVersion":"v1","items":[{"kind":"A"},{"kind":"B"}],"kind":"List"} {})",
       {" \n1:29 a map \n  1:30 kind: a string A\n", " \n1:42 a map \n  1:43 kind: a string B\n",
        " \n1:71 a map \n"}},
      {"a typed list",
       R"({"kind":"PodList","apiVersion":"v1","metadata":{"x":[1]},"items":[{}]})",
       {"v1 Pod\n1:67 a map \n"}},
      {"items that are no array",
       R"({"kind":"A","items":{}})",
       {" \n1:1 a map \n  1:2 kind: a string A\n  1:13 items: a map \n"}},
      {"escapes",
       R"({"\u006bind":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d"})",
       {" \n1:1 a map \n  1:2 kind: a string "
        "\"\\/\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd\n"}},
      {"scalars", R"([1])", {"1:1 expected an object"}},
      {"numbers",
       R"({"a":[0,-1,1.5,1e3,true,false,null]})",
       {" \n1:1 a map \n  1:2 a: a list \n    1:7 an integer 0\n    1:9 an integer -1\n"
        "    1:12 a number 1.5\n    1:16 a number 1e3\n    1:20 a boolean true\n"
        "    1:25 a boolean false\n    1:31 null \n"}},
  };
  for (const Case& c : cases)
    for (const std::size_t window : kWindows) EXPECT_EQ(read(c.text, window), c.want) << c.name;
}

/// More keys than are compared one by one; the last is there already.
std::string many_keys() {
  std::string out = "{";
  for (int i = 0; i < 40; ++i) out += "\"k" + std::to_string(i) + "\":1,";
  return out + "\n\"k7\":1}";
}

TEST(JsonList, says_where_a_mistake_is) {
  const std::string list = "{\"items\":[\n{\"kind\":\"A\"},\n";
  struct Case {
    const char* name;
    std::string text, want;
  } const cases[] = {
      {"cut in a list", list, "3:1 the input ends inside an object"},
      {"cut in an item", list + "{\"a\":1", "3:7 the input ends inside an object"},
      {"cut in a string", list + "{\"a\":\"x", "3:6 a string without end"},
      {"cut in a number", "{\"a\":1", "1:7 the input ends inside an object"},
      {"cut behind the items", "{\"items\":[]", "1:12 the input ends inside an object"},
      {"a comma too many", "{\"items\":[{},]}", "1:14 expected a value"},
      {"a comma too few", "{\"items\":[{} {}]}", "1:14 expected ',' or ']'"},
      {"a comma behind the items", "{\"items\":[],}", "1:13 expected a key in quotes"},
      {"garbage behind the list", "{\"items\":[]}\nx", "2:1 expected an object"},
      {"a bracket too many", "{\"items\":[]}}", "1:13 expected an object"},
      {"another bracket", "{\"items\":[{\"a\":[1}]}", "1:18 expected ',' or ']'"},
      {"another bracket in what is skipped", "{\"items\":[{\"kind\":\"Pod\",\"x\":[1}]}",
       "1:31 unexpected '}'"},
      {"another bracket in a Pod", "{\"kind\":\"Pod\",\"x\":{\"y\":{}",
       "1:26 the input ends inside an object"},
      {"no colon", "{\"a\" 1}", "1:6 expected ':' after the key"},
      {"no key", "{1:2}", "1:2 expected a key in quotes"},
      {"no value", "{\"a\":}", "1:6 expected a value"},
      {"a word", "{\"a\":nul}", "1:6 neither a string nor a number, true, false or null"},
      {"a word of JavaScript", "{\"a\":NaN}",
       "1:6 neither a string nor a number, true, false or null"},
      {"a number that starts with 0", "{\"a\":01}",
       "1:6 neither a string nor a number, true, false or null"},
      {"an escape that is none", R"({"a":"\x"})",
       "1:7 a string with an escape that JSON does not have"},
      {"four digits missing", R"({"a":"\u12"})",
       "1:7 a string with an escape that JSON does not have"},
      {"a line end in a string", "{\"a\":\"x\ny\"}",
       "1:8 a line end or control character inside a string"},
      {"invalid UTF-8", "{\n\"a\":\"x\xff\"}", "2:7 invalid UTF-8"},
      {"overlong UTF-8", "{\n\"a\":\"x\xc0\x80\"}", "2:7 invalid UTF-8"},
      {"invalid UTF-8 in what is skipped", "{\n\"kind\":\"Pod\",\"x\":\"\xe2\x82\"}",
       "2:19 invalid UTF-8"},
      {"a key twice", "{\"a\":1,\n\"b\":2,\"\\u0061\":3}", "2:7 the key 'a' stands twice"},
      {"NULs", std::string("{\"kind\":\"A\"}\n\0\0{}", 17), "2:1 expected an object"},
      {"many keys", many_keys(), "2:1 the key 'k7' stands twice"},
      {"a comment", "{ // a\n}", "1:3 expected a key in quotes"},
      {"YAML", "kind: Pod\n", "1:1 expected an object"},
      {"too deep", "{\"a\":" + std::string(10'000, '[') + std::string(10'000, ']') + "}",
       "1:" + std::to_string(5 + Tree::kMaxDepth) + " too many levels of lists and maps"},
  };
  for (const Case& c : cases)
    for (const std::size_t window : kWindows) {
      const auto got = read(c.text, window);
      EXPECT_EQ(got.empty() ? "nothing" : got.back(), c.want) << c.name << ", window " << window;
    }
}

TEST(JsonList, skips_what_no_decoder_reads_of_a_pod) {
  const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
  const std::string text =
      R"({"kind":"Pod","metadata":{"annotations":{"a":"}]"},"labels":{"x":"y"}},"spec":{"tolerations":)" +
      deep +
      R"(,"containers":[{"image":"i","livenessProbe":{"httpGet":{"host":"h","path":"/"}}}]}})";
  const std::string want =
      " \n1:1 a map \n"
      "  1:2 kind: a string Pod\n"
      "  1:15 metadata: a map \n"
      "    1:52 labels: a map \n"
      "      1:62 x: a string y\n"
      "  1:72 spec: a map \n"
      "    1:20095 containers: a list \n"
      "      1:20109 a map \n"
      "        1:20110 image: a string i\n"
      "        1:20122 livenessProbe: a map \n"
      "          1:20139 httpGet: a map \n"
      "            1:20150 host: a string h\n";
  for (const std::size_t window : kWindows)
    EXPECT_EQ(read(text, window), std::vector{want}) << window;
}

// If a decoder begins to read another member of a Pod, it has to be put here and into fields_of().
TEST(JsonList, a_pod_of_which_most_is_skipped_is_decoded_like_a_whole_one) {
  const std::string text = R"({"apiVersion":"v1","kind":"Pod",
    "metadata":{"name":"web-1","namespace":"shop","labels":{"app":"web"},"annotations":{"a":"b"},
      "ownerReferences":[{"controller":true,"kind":"StatefulSet","name":"web","uid":"1"}]},
    "spec":{"hostNetwork":true,"nodeName":"n1","serviceAccountName":"robot",
      "automountServiceAccountToken":false,"volumes":[{},{"name":"t","projected":{"sources":[
        {"configMap":{"name":"c"}},{"serviceAccountToken":{"path":"token"}}]}}],
      "containers":[{"name":"main","image":"r:5000/i:1","ports":[{"name":"http","containerPort":80}],
        "livenessProbe":{"httpGet":{"host":"10.0.0.1","port":81}},
        "readinessProbe":{"tcpSocket":{"host":"10.0.0.2","port":82}},
        "startupProbe":{"httpGet":{"host":"10.0.0.3","port":83}},
        "lifecycle":{"postStart":{"httpGet":{"host":"10.0.0.4","port":84}},
                     "preStop":{"tcpSocket":{"host":"10.0.0.5","port":85}}}}],
      "initContainers":[{"name":"side","restartPolicy":"Always",
        "ports":[{"name":"dns","protocol":"UDP","containerPort":53}]}]},
    "status":{"phase":"Running","podIP":"10.1.0.1",
      "podIPs":[{"ip":"10.1.0.1"},{"ip":"fd00::1"}]}})";
  Intake skipping("default");
  Pieces source(text);
  ASSERT_TRUE(read_json("", source, skipping.add_file("x"), skipping));
  Intake whole("default");
  Tree tree;
  ASSERT_TRUE(read_json_value(text, 0, tree));
  whole.take(whole.add_file("x"), tree.root());
  const model::Snapshot a = skipping.finish();
  const model::Snapshot b = whole.finish();
  EXPECT_TRUE(a.diagnostics.empty());
  ASSERT_EQ(a.pods.size(), 1U);
  ASSERT_EQ(b.pods.size(), 1U);
  const model::Pod& pod = a.pods[0];
  EXPECT_EQ(pod.name, b.pods[0].name);
  EXPECT_EQ(pod.ns, "shop");
  EXPECT_EQ(pod.workload, b.pods[0].workload);
  EXPECT_EQ(pod.workload.str(), "StatefulSet/web");
  EXPECT_EQ(pod.addresses, b.pods[0].addresses);
  EXPECT_EQ(pod.addresses.size(), 2U);
  EXPECT_EQ(a.labels_of(pod), b.labels_of(b.pods[0]));
  EXPECT_TRUE(a.spec_of(pod) == b.spec_of(b.pods[0]));
  EXPECT_EQ(a.spec_of(pod).handler_hosts.size(), 5U);
  EXPECT_EQ(a.spec_of(pod).images, std::vector<std::string>{"r:5000/i"});
  EXPECT_EQ(a.spec_of(pod).automounts_token, std::optional(false));
  EXPECT_TRUE(a.spec_of(pod).projects_token);
  EXPECT_EQ(a.spec_of(pod).named_ports.size(), 2U);
  EXPECT_TRUE(a.spec_of(pod).host_network);
}

/// Writes random lists in random layouts, together with the dumps that must come out.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  void make() {
    style_ = below(3);
    text_ += "{";
    member("metadata", [&] { value(2, nullptr); });
    text_ += ",";
    member("items", [&] { items(); });
    text_ += ",";
    member("kind", [&] { text_ += "\"List\""; });
    text_ += "}";
  }
  const std::string& text() const { return text_; }
  const std::vector<std::string>& want() const { return want_; }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  void blank() {
    constexpr const char* kBlanks[] = {"", " ", "\n", "\n    ", "\r\n\t"};
    if (style_ == 0) return;
    if (style_ == 1) text_ += "\n        ";
    if (style_ == 2) text_ += kBlanks[below(5)];
  }

  template <class Value>
  void member(const char* name, Value write) {
    blank();
    text_.append("\"").append(name).append("\":");
    write();
    blank();
  }

  void items() {
    text_ += "[";
    const std::size_t count = below(6);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) text_ += ",";
      blank();
      std::string lines;
      map(4, 0, "", 0, &lines);
      want_.push_back(" \n" + lines);
      blank();
    }
    text_ += "]";
  }

  /// line:column of byte `at`, counted from the start.
  std::string place(std::size_t at) const {
    const std::string_view before = std::string_view(text_).substr(0, at);
    const auto start = before.rfind('\n');
    return std::to_string(std::ranges::count(before, '\n') + 1) + ":" +
           std::to_string(start == std::string_view::npos ? at + 1 : at - start);
  }

  void node(std::string* lines, std::size_t depth, std::size_t at, const std::string& name,
            const std::string& content) {
    if (lines == nullptr) return;
    *lines +=
        spaces(depth * 2) + place(at) + " " + (name.empty() ? "" : name + ": ") + content + "\n";
  }

  /// A string as JSON writes it, and what it means.
  std::string string(std::string& meaning) {
    constexpr std::pair<const char*, const char*> kPieces[] = {
        {"a", "a"},
        {"}", "}"},
        {"]", "]"},
        {"\\\"", "\""},
        {"\\\\", "\\"},
        {"\\n", "\n"},
        {",", ","},
        {"{", "{"},
        {":", ":"},
        {"\xc3\xa9", "\xc3\xa9"},
        {"\\u00e9", "\xc3\xa9"},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
        {"\\\\\\\"},{", "\\\"},{"}};
    std::string out = "\"";
    for (std::size_t i = below(below(8) == 0 ? 60 : 6); i > 0; --i) {
      const auto& [written, meant] = kPieces[below(std::size(kPieces))];
      out += written;
      meaning += meant;
    }
    return out + "\"";
  }

  void value(std::size_t budget, std::string* lines, std::size_t depth = 0,
             const std::string& name = "", std::size_t key_at = 0) {
    const std::size_t at = name.empty() ? text_.size() : key_at;
    switch (below(budget > 0 ? 6 : 4)) {
      case 0:
        node(lines, depth, at, name, "an integer 42");
        text_ += "42";
        break;
      case 1:
        node(lines, depth, at, name, "a boolean true");
        text_ += "true";
        break;
      case 2:
      case 3: {
        std::string meaning;
        const std::string written = string(meaning);
        node(lines, depth, at, name, "a string " + meaning);
        text_ += written;
        break;
      }
      case 4:
        map(budget, depth, name, at, lines);
        break;
      default:
        node(lines, depth, at, name, "a list ");
        text_ += "[";
        for (std::size_t i = 0, count = below(4); i < count; ++i) {
          if (i > 0) text_ += ",";
          blank();
          value(budget - 1, lines, depth + 1);
          blank();
        }
        text_ += "]";
    }
  }

  void map(std::size_t budget, std::size_t depth, const std::string& name, std::size_t key_at,
           std::string* lines) {
    node(lines, depth, name.empty() ? text_.size() : key_at, name, "a map ");
    text_ += "{";
    for (std::size_t i = 0, count = below(5); i < count; ++i) {
      if (i > 0) text_ += ",";
      blank();
      const std::string key = "k" + std::to_string(i);
      const std::size_t at = text_.size();
      text_ += "\"" + key + "\"";
      blank();
      text_ += ":";
      blank();
      value(budget - 1, lines, depth + 1, key, at);
      blank();
    }
    text_ += "}";
  }

  std::mt19937_64 random_;
  std::size_t style_ = 0;
  std::string text_;
  std::vector<std::string> want_;
};

TEST(JsonList, reads_the_same_through_every_window) {
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    Maker maker(seed);
    maker.make();
    for (const std::size_t window : kWindows)
      ASSERT_EQ(read(maker.text(), window), maker.want()) << seed << ", window " << window;
  }
}

TEST(JsonList, notices_every_cut) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Maker maker(seed);
    maker.make();
    const std::string_view text = maker.text();
    for (std::size_t size = 1; size < text.size(); size += 1 + size / 200) {
      const auto got = read(text.substr(0, size), 97);
      ASSERT_FALSE(got.empty()) << seed << ", " << size;
      ASSERT_TRUE(got.back()[0] != ' ') << seed << ", " << size << ": no mistake was reported";
    }
  }
}

/// `head`, then one character for ever.
class Endless : public ByteSource {
 public:
  Endless(std::string head, char c) : head_(std::move(head)), c_(c) {}
  Result<std::size_t> read(std::span<char> into) override {
    std::ranges::fill(into, c_);
    std::copy_n(head_.data(), std::min(head_.size(), into.size()), into.data());
    head_.clear();
    given += into.size();
    return into.size();
  }
  std::size_t given = 0;

 private:
  std::string head_;
  char c_;
};

TEST(JsonList, gives_up_on_what_is_larger_than_any_object) {
  for (const char* head : {"{\"a\":\"", "{\"items\":[\n{\"a\":1},{\"a\":\"", "{\"a\":1"}) {
    Endless source(head, 'x');
    std::string got;
    const JsonSink sink{.take = [](Cursor, ItemKind) {},
                        .report = [&](const Diagnostic& mistake) { got = mistake.message; }};
    EXPECT_TRUE(read_json("", source, 0, sink));
    EXPECT_EQ(got, "an object is larger than 16 MiB") << head;
    EXPECT_LE(source.given, 3 * kMaxJsonObject) << head;
  }
}

TEST(JsonList, gives_up_on_more_values_than_a_tree_may_have) {
  std::string text = "{\"a\":[1";
  for (std::uint32_t i = 0; i < Tree::kMaxNodes; ++i) text += ",1";
  EXPECT_EQ(read(text + "]}"), std::vector<std::string>{"1:8000003 too many values in one object"});
}

TEST(JsonList, fails_as_its_source_does) {
  class Broken : public ByteSource {
    Result<std::size_t> read(std::span<char>) override { return fail("input/output error"); }
  } source;
  const JsonSink sink{.take = [](Cursor, ItemKind) {}, .report = [](const Diagnostic&) {}};
  const auto got = read_json("{", source, 0, sink);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().what, "input/output error");
}

}  // namespace

}  // namespace podmoat::manifest
