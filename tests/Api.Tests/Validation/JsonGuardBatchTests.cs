using Platform.Api.Validation;

namespace Platform.Api.Tests.Validation;

/// <summary>Batches as MCP 2025-03-26 has them: each message is judged as if it had come alone.</summary>
[Trait("Control", "IN-1")]
public sealed class JsonGuardBatchTests
{
    [Fact]
    public void A_batch_of_objects_passes_and_says_that_it_is_one() =>
        Assert.Equal(new JsonVerdict(JsonFault.None, 23, IsBatch: true), Check("""[{"a":1}, {"b":[1,2]}] """));

    [Fact]
    public void A_single_message_is_no_batch() => Assert.Equal(new JsonVerdict(JsonFault.None, 7), Check("""{"a":1}"""));

    [Fact]
    public void Where_batches_are_not_allowed_they_are_refused_at_the_first_byte() =>
        Assert.Equal(new JsonVerdict(JsonFault.Batch, 0), JsonGuard.Check("""[{"a":1}]"""u8, JsonLimits.Default, allowBatch: false));

    [Theory]
    [InlineData(49, true)]
    [InlineData(50, true)]
    [InlineData(51, false)]
    public void A_batch_has_up_to_50_messages(int count, bool accepted) =>
        Assert.Equal(accepted ? JsonFault.None : JsonFault.TooManyMessages, Check($"[{string.Join(',', Enumerable.Repeat("{}", count))}]").Fault);

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void The_array_of_the_batch_is_not_a_level(int depth, bool accepted)
    {
        byte[] body = [.. "["u8, .. JsonBodies.OfDepth(depth), .. ","u8, .. JsonBodies.OfArrayDepth(depth), .. "]"u8];

        Assert.Equal(accepted ? JsonFault.None : JsonFault.TooDeep, JsonGuard.Check(body, JsonLimits.Default, allowBatch: true).Fault);
    }

    [Theory]
    [InlineData("[]", nameof(JsonFault.EmptyBatch))]
    [InlineData("[ ]", nameof(JsonFault.EmptyBatch))]
    [InlineData("[1]", nameof(JsonFault.NotAnObject))]
    [InlineData("[null]", nameof(JsonFault.NotAnObject))]
    [InlineData("[\"a\"]", nameof(JsonFault.NotAnObject))]
    [InlineData("[[]]", nameof(JsonFault.NotAnObject))]
    [InlineData("[[{}]]", nameof(JsonFault.NotAnObject))]
    [InlineData("[{},[]]", nameof(JsonFault.NotAnObject))]
    [InlineData("[{},1]", nameof(JsonFault.NotAnObject))]
    [InlineData("1", nameof(JsonFault.NotAnObject))]
    [InlineData("", nameof(JsonFault.Malformed))]
    [InlineData("[", nameof(JsonFault.Malformed))]
    [InlineData("[{}", nameof(JsonFault.Malformed))]
    [InlineData("[{},]", nameof(JsonFault.Malformed))]
    [InlineData("[{}][{}]", nameof(JsonFault.Malformed))]
    [InlineData("[{}]{}", nameof(JsonFault.Malformed))]
    [InlineData("{}[]", nameof(JsonFault.Malformed))]
    [InlineData("[{\"a\":1,\"\\u0061\":2}]", nameof(JsonFault.DuplicateName))]
    public void What_is_no_batch_of_objects_is_refused(string body, string fault) => Assert.Equal(fault, Check(body).Fault.ToString());

    [Fact]
    public void Messages_may_have_members_of_the_same_name() => Assert.True(Check("""[{"id":1},{"id":1}]""").Accepted);

    [Theory]
    [InlineData(99_999, true)]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public void The_values_of_all_messages_count_together(int nodes, bool accepted)
    {
        byte[] body = [.. "["u8, .. JsonBodies.OfNodes(50_000), .. ","u8, .. JsonBodies.OfNodes(nodes - 50_000), .. "]"u8];

        Assert.Equal(accepted ? JsonFault.None : JsonFault.TooManyNodes, JsonGuard.Check(body, JsonLimits.Default, allowBatch: true).Fault);
    }

    [Fact]
    public void A_mebibyte_of_open_brackets_is_refused_at_the_second()
    {
        var verdict = JsonGuard.Check(JsonBodies.Utf8(new string('[', 1024 * 1024)), JsonLimits.Default, allowBatch: true, out var steps);

        Assert.Equal((JsonFault.NotAnObject, 1, 2L), (verdict.Fault, verdict.Offset, steps));
    }

    [Fact]
    public void An_accepted_batch_allocates_nothing()
    {
        var body = JsonBodies.Utf8($"[{string.Join(',', Enumerable.Repeat("""{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":[1,"x"]}}""", 50))}]");
        Assert.True(JsonGuard.Check(body, JsonLimits.Default, allowBatch: true).Accepted);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            JsonGuard.Check(body, JsonLimits.Default, allowBatch: true);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static JsonVerdict Check(string body) => JsonGuard.Check(JsonBodies.Utf8(body), JsonLimits.Default, allowBatch: true);
}
