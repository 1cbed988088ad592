using System.Text.Json.Nodes;
using CsCheck;
using Platform.Cli.Documents;

namespace Platform.Cli.Tests.Documents;

public sealed class YamlTests
{
    private static readonly string[] Odd =
        ["true", "null", "1", "1.5", " x", "x ", "- a", "a: b", "#c", "\"", "\\", "\n", "\u001b", "é", "\U0001F600", "\u202E", "~", "yes", "'", "a\tb", "<<"];

    [Theory]
    [InlineData("a: 1\nb: [x, \"2\", true, null, 1.5, 'no']", """{"a":1,"b":["x","2",true,null,1.5,"no"]}""")]
    [InlineData("a: yes\nb: 2026-11-29\nc: 0x10\nd: 1e3", """{"a":"yes","b":"2026-11-29","c":"0x10","d":1000}""")]
    [InlineData("""{"a":{"b":[]}}""", """{"a":{"b":[]}}""")]
    public void It_is_read_by_the_core_schema(string yaml, string json)
    {
        Assert.True(YamlReader.Read(yaml, "test").Try(out var node, out var refused), refused?.Text);
        Assert.Equal(json, JsonText.WriteLine(node));
    }

    [Theory, Trait("Control", "IN-6")]
    [InlineData("a: &x [1]\nb: *x")]
    [InlineData("a: !!python/object x")]
    [InlineData("a: 1\na: 2")]
    [InlineData("a: 1\n---\nb: 2")]
    [InlineData("? [x]\n: 1")]
    [InlineData("a: [1")]
    [InlineData("")]
    public void Anchors_aliases_tags_duplicates_and_second_documents_are_refused(string yaml) =>
        Assert.False(YamlReader.Read(yaml, "test").Try(out _, out _));

    [Fact]
    public void A_deep_document_is_refused() => Assert.False(YamlReader.Read(new string('[', 5_000), "test").Try(out _, out _));

    [Fact]
    public void What_is_written_reads_as_the_same() => Node(3).Sample(node =>
    {
        var text = YamlWriter.Write(node);
        Assert.True(YamlReader.Read(text, "test").Try(out var again, out var refused), $"{refused?.Text}\n{text}");
        Assert.True(JsonNode.DeepEquals(node, again), text);
    }, iter: 500);

    private static Gen<JsonNode> Node(int depth)
    {
        var text = Gen.OneOf(Gen.String[Gen.Char.AlphaNumeric, 0, 8], Gen.Int[0, Odd.Length - 1].Select(at => Odd[at]));
        var leaf = Gen.OneOf(text.Select(value => (JsonNode)JsonValue.Create(value)!), Gen.Int.Select(value => (JsonNode)JsonValue.Create((long)value)), Gen.Bool.Select(value => (JsonNode)JsonValue.Create(value)));
        return depth == 0 ? leaf : Gen.OneOf(
            leaf,
            Node(depth - 1).Array[0, 3].Select(items => (JsonNode)new JsonArray([.. items.Select(item => item.DeepClone())])),
            Gen.Select(text, Node(depth - 1)).Array[0, 3].Select(members =>
            {
                var thing = new JsonObject();
                foreach (var (name, value) in members)
                {
                    thing[name] = value.DeepClone();
                }

                return (JsonNode)thing;
            }));
    }
}
