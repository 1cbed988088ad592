using Platform.Api.Tests.Support;
using Platform.Api.Validation.Schema;
using static Platform.Api.Tests.Validation.Schema.SchemaAssertions;

namespace Platform.Api.Tests.Validation.Schema;

[Collection(nameof(WholeProcess)), Trait("Control", "IN-2")]
public sealed class SchemaMemoryTests
{
    [Fact]
    public void A_text_made_to_grow_a_pattern_leaves_little_behind()
    {
        var schema = Compile("""{"pattern":"(.*a.{200})+b"}""");
        var text = string.Concat(Enumerable.Range(0, 10_000).Select(i => i * 7919 % 13 % 2 == 0 ? 'a' : 'c'));
        var error = default(SchemaError);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        Assert.False(schema.Validate(JsonBodies.Utf8($"\"{text}\""), ref error));

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 * 1024 * 1024);
        GC.KeepAlive(schema);
    }
}
