using System.Text;
using Platform.Api.Validation;

namespace Platform.Api.Tests.Validation;

[Trait("Control", "IN-1")]
public sealed class JsonGuardAttackTests
{
    private const int Mebibyte = 1024 * 1024;

    [Fact]
    public void A_plain_tools_call_passes() =>
        Assert.Equal(JsonFault.None, Check("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"text":"hé😀"}}}""").Fault);

    [Fact]
    public void Nobodys_verdict_is_a_refusal() => Assert.False(default(JsonVerdict).Accepted);

    [Fact]
    public void A_mebibyte_of_open_brackets_is_refused_at_the_first()
    {
        var verdict = JsonGuard.Check(JsonBodies.Utf8(new string('[', Mebibyte)), JsonLimits.Default, out var steps);

        Assert.Equal((JsonFault.Batch, 0, 1L), (verdict.Fault, verdict.Offset, steps));
    }

    [Fact]
    public void A_mebibyte_of_open_objects_is_refused_at_level_11()
    {
        var body = JsonBodies.Utf8(string.Concat(Enumerable.Repeat("{\"a\":", Mebibyte / 5)));

        var verdict = JsonGuard.Check(body, JsonLimits.Default, out var steps);

        Assert.Equal((JsonFault.TooDeep, 50, 21L), (verdict.Fault, verdict.Offset, steps));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"method":"tools/list","\u006dethod":"tools/call"}""")]
    [InlineData("""{"\u006dethod":"tools/list","method":"tools/call"}""")]
    [InlineData("""{"\u006d":1,"\u006D":2}""")]
    [InlineData("""{"😀":1,"\ud83d\ude00":2}""")]
    [InlineData("""{"x":{"a":1,"b":[{"c":1}],"a":2}}""")]
    [InlineData("""{"a":{"a":1},"b":{"a":1},"a":1}""")]
    [InlineData("""{"":1,"":2}""")]
    [InlineData("""{"a\/b":1,"a/b":2}""")]
    public void Two_properties_of_one_name_are_refused_however_they_are_written(string body) =>
        Assert.Equal(JsonFault.DuplicateName, Check(body).Fault);

    [Theory]
    [InlineData("""{"method":1,"Method":2,"METHOD":3}""")]
    [InlineData("""{"a":{"a":{"a":1}},"b":{"a":1}}""")]
    [InlineData("""{"list":[{"a":1},{"a":2},{"a":3}]}""")]
    [InlineData("""{"é":1,"e\u0301":2}""")]
    [InlineData("""{"ab":1,"ba":2,"a":3,"b":4,"abc":5,"abd":6}""")]
    public void Different_names_and_different_objects_are_no_duplicates(string body) =>
        Assert.Equal(JsonFault.None, Check(body).Fault);

    [Fact]
    public void Long_escaped_names_are_compared_whole()
    {
        var name = new string('n', 9_999);

        Assert.Equal(JsonFault.DuplicateName, Check($$"""{"{{name}}x":1,"{{name}}\u0078":2}""").Fault);
        Assert.Equal(JsonFault.None, Check($$"""{"{{name}}x":1,"{{name}}\u0079":2}""").Fault);
    }

    [Theory]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":"\udc00"}""")]
    [InlineData("""{"a":"\udc00\ud800"}""")]
    [InlineData("""{"a":"\ud800\ud800\udc00"}""")]
    [InlineData("""{"a":"\ud800x\udc00"}""")]
    [InlineData("""{"a":"\ud800\n\udc00"}""")]
    [InlineData("""{"a":"\ud83d\\ude00"}""")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a":"\u12"}""")]
    [InlineData("""{"a":"\x41"}""")]
    public void Half_a_surrogate_pair_or_a_broken_escape_is_refused(string body) =>
        Assert.Equal(JsonFault.Malformed, Check(body).Fault);

    [Theory]
    [InlineData("""{"a":"\ud83d\ude00"}""")]
    [InlineData("""{"a":"\uD83D\uDE00\uD83D\uDE00"}""")]
    [InlineData("""{"a":"\\ud800"}""")]
    [InlineData("""{"a":"\u0000"}""")]
    public void Whole_pairs_and_escaped_backslashes_pass(string body) => Assert.Equal(JsonFault.None, Check(body).Fault);

    [Theory]
    [InlineData("C0AF")]
    [InlineData("C080")]
    [InlineData("E080AF")]
    [InlineData("F08080AF")]
    [InlineData("EDA080")]
    [InlineData("EDB080")]
    [InlineData("F4908080")]
    [InlineData("FF")]
    [InlineData("80")]
    [InlineData("E282")]
    public void Bytes_that_are_not_UTF8_are_refused_wherever_they_are(string hex)
    {
        var bad = Convert.FromHexString(hex);
        byte[] inString = [.. "{\"a\":\""u8, .. bad, .. "\"}"u8];
        byte[] inName = [.. "{\""u8, .. bad, .. "\":1}"u8];
        byte[] outside = [.. "{\"a\":1}"u8, .. bad];

        Assert.Equal(new JsonVerdict(JsonFault.InvalidUtf8, 6), JsonGuard.Check(inString, JsonLimits.Default));
        Assert.Equal(new JsonVerdict(JsonFault.InvalidUtf8, 2), JsonGuard.Check(inName, JsonLimits.Default));
        Assert.Equal(new JsonVerdict(JsonFault.InvalidUtf8, 7), JsonGuard.Check(outside, JsonLimits.Default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("\uFEFF{}")]
    [InlineData("{}\uFEFF")]
    [InlineData("{} {}")]
    [InlineData("{}x")]
    [InlineData("{}]")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":[1,]}")]
    [InlineData("{\"a\":1}//x")]
    [InlineData("/*x*/{}")]
    [InlineData("{\"a\":/**/1}")]
    [InlineData("{'a':1}")]
    [InlineData("{a:1}")]
    [InlineData("{\"a\":01}")]
    [InlineData("{\"a\":+1}")]
    [InlineData("{\"a\":.5}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":Infinity}")]
    [InlineData("{\"a\":0x10}")]
    [InlineData("{\"a\":\"\n\"}")]
    [InlineData("{\"a\":\"\0\"}")]
    [InlineData("{}\0")]
    [InlineData("\0{}")]
    [InlineData("{\"a\"")]
    [InlineData("{\"a\":tru}")]
    [InlineData("{")]
    public void What_is_not_exactly_one_strict_JSON_text_is_malformed(string body) =>
        Assert.Equal(JsonFault.Malformed, Check(body).Fault);

    [Theory]
    [InlineData("[]", nameof(JsonFault.Batch))]
    [InlineData(" [{\"jsonrpc\":\"2.0\"}]", nameof(JsonFault.Batch))]
    [InlineData("1", nameof(JsonFault.NotAnObject))]
    [InlineData("\"x\"", nameof(JsonFault.NotAnObject))]
    [InlineData("null", nameof(JsonFault.NotAnObject))]
    public void The_root_is_an_object_and_a_batch_is_told_apart(string body, string fault) =>
        Assert.Equal(fault, Check(body).Fault.ToString());

    [Fact]
    public void Work_grows_with_the_body_and_not_faster()
    {
        var one = "{\"a\":[" + string.Join(',', Enumerable.Repeat(JsonBodies.ObjectOf(100), 400)) + "]}";
        var two = "{\"a\":[" + string.Join(',', Enumerable.Repeat(JsonBodies.ObjectOf(100), 800)) + "]}";

        Assert.True(JsonGuard.Check(JsonBodies.Utf8(one), JsonLimits.Default, out var stepsOfOne).Accepted);
        Assert.True(JsonGuard.Check(JsonBodies.Utf8(two), JsonLimits.Default, out var stepsOfTwo).Accepted);

        Assert.InRange(stepsOfTwo, stepsOfOne, 2 * stepsOfOne);
        Assert.InRange(stepsOfOne, 1, 400 * ((100 * 99 / 2) + 202) + 8);
    }

    [Fact]
    public void An_accepted_body_allocates_nothing()
    {
        var body = JsonBodies.Utf8("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"te\u0078t":"h\u00e9 é 😀","n":1e5}}}""");
        Assert.True(JsonGuard.Check(body, JsonLimits.Default).Accepted);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            JsonGuard.Check(body, JsonLimits.Default);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static JsonVerdict Check(string body) => JsonGuard.Check(Encoding.UTF8.GetBytes(body), JsonLimits.Default);
}
