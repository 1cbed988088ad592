using System.Globalization;
using Platform.Abstractions.Tenants;
using Platform.Api.Validation;

namespace Platform.Api.Tests.Validation;

[Trait("Control", "IN-1")]
public sealed class JsonGuardLimitTests
{
    [Theory]
    [InlineData(9, true)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Objects_nest_to_depth_10(int depth, bool accepted) =>
        Expect(JsonBodies.OfDepth(depth), accepted, nameof(JsonFault.TooDeep));

    [Theory]
    [InlineData(9, true)]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Arrays_count_as_depth_too(int depth, bool accepted) =>
        Expect(JsonBodies.OfArrayDepth(depth), accepted, nameof(JsonFault.TooDeep));

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void An_object_has_up_to_100_properties(int count, bool accepted) =>
        Expect(JsonBodies.Utf8(JsonBodies.ObjectOf(count)), accepted, nameof(JsonFault.TooManyProperties));

    [Theory]
    [InlineData(9_999, true)]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void A_string_has_up_to_10_000_characters(int length, bool accepted) =>
        Expect(JsonBodies.Utf8($$"""{"a":"{{new string('x', length)}}"}"""), accepted, nameof(JsonFault.StringTooLong));

    [Theory]
    [InlineData(9_999, true)]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void A_property_name_has_up_to_10_000_characters(int length, bool accepted) =>
        Expect(JsonBodies.Utf8($$"""{"{{new string('x', length)}}":1}"""), accepted, nameof(JsonFault.StringTooLong));

    [Theory]
    [InlineData(@"\u0041", 10_000, true)]
    [InlineData(@"\u0041", 10_001, false)]
    [InlineData(@"\n", 10_000, true)]
    [InlineData(@"\n", 10_001, false)]
    [InlineData("é", 10_000, true)]
    [InlineData("é", 10_001, false)]
    [InlineData("€", 10_000, true)]
    [InlineData("€", 10_001, false)]
    [InlineData("😀", 5_000, true)]
    [InlineData("😀", 5_001, false)]
    [InlineData(@"\ud83d\ude00", 5_000, true)]
    [InlineData(@"\ud83d\ude00", 5_001, false)]
    public void Characters_are_UTF16_units_of_the_unescaped_text(string written, int times, bool accepted) =>
        Expect(
            JsonBodies.Utf8($$"""{"a":"{{string.Concat(Enumerable.Repeat(written, times))}}"}"""),
            accepted,
            nameof(JsonFault.StringTooLong));

    [Theory]
    [InlineData(9_999, true)]
    [InlineData(10_000, true)]
    [InlineData(10_001, false)]
    public void An_array_has_up_to_10_000_items(int count, bool accepted) =>
        Expect(JsonBodies.OfItems(count), accepted, nameof(JsonFault.TooManyItems));

    [Theory]
    [InlineData(99_999, true)]
    [InlineData(100_000, true)]
    [InlineData(100_001, false)]
    public void A_body_has_up_to_100_000_values(int count, bool accepted) =>
        Expect(JsonBodies.OfNodes(count), accepted, nameof(JsonFault.TooManyNodes));

    [Theory]
    [InlineData(127, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void A_number_has_up_to_128_characters(int length, bool accepted) =>
        Expect(JsonBodies.Utf8($$"""{"a":{{new string('7', length)}}}"""), accepted, nameof(JsonFault.NumberOutOfRange));

    [Theory]
    [InlineData("1e308", true)]
    [InlineData("1.7976931348623157e308", true)]
    [InlineData("1.8e308", false)]
    [InlineData("1e400", false)]
    [InlineData("-1E400", false)]
    [InlineData("1e99999999999999999999", false)]
    [InlineData("1e-400", true)]
    public void A_number_is_finite_as_a_double(string number, bool accepted) =>
        Expect(JsonBodies.Utf8($$"""{"a":{{number}}}"""), accepted, nameof(JsonFault.NumberOutOfRange));

    [Fact]
    public void A_tenant_can_only_lower_a_limit()
    {
        var asked = new JsonLimits { MaxDepth = 5, MaxProperties = 500, MaxStringLength = 20_000, MaxItems = 7, MaxNodes = 9, MaxNumberLength = 999, MaxBatch = 3 };

        Assert.Equal(
            new JsonLimits { MaxDepth = 5, MaxItems = 7, MaxNodes = 9, MaxBatch = 3 },
            JsonLimits.Default.Tighten(asked));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void A_depth_beyond_the_guards_own_stack_cannot_be_asked_for(int depth) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonLimits { MaxDepth = depth });

    [Fact]
    public void What_a_tenant_leaves_open_stays_as_the_platform_has_it()
    {
        Assert.Same(JsonLimits.Default, JsonLimits.Of(null));
        Assert.Equal(JsonLimits.Default, JsonLimits.Of(new InputLimits()));
        Assert.Equal(
            new JsonLimits { MaxDepth = 4, MaxStringLength = 64, MaxBatch = 2 },
            JsonLimits.Of(new InputLimits { MaxDepth = 4, MaxProperties = 1_000, MaxStringLength = 64, MaxBatch = 2 }));
    }

    [Fact]
    public void A_tenants_limits_are_compiled_once()
    {
        var asked = new InputLimits { MaxDepth = 4 };

        Assert.Same(JsonLimits.Of(asked), JsonLimits.Of(asked));
    }

    [Fact]
    public void A_batch_of_no_messages_cannot_be_asked_for() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new JsonLimits { MaxBatch = 0 });

    [Theory]
    [InlineData(nameof(JsonFault.TooDeep), 10)]
    [InlineData(nameof(JsonFault.TooManyMessages), 50)]
    [InlineData(nameof(JsonFault.TooManyProperties), 100)]
    [InlineData(nameof(JsonFault.StringTooLong), 10_000)]
    [InlineData(nameof(JsonFault.TooManyItems), 10_000)]
    [InlineData(nameof(JsonFault.TooManyNodes), 100_000)]
    [InlineData(nameof(JsonFault.NumberOutOfRange), 128)]
    public void A_refusal_names_the_limit_that_was_passed(string fault, int limit) =>
        Assert.Contains(
            limit.ToString(CultureInfo.InvariantCulture),
            JsonGuard.Describe(Enum.Parse<JsonFault>(fault), JsonLimits.Default),
            StringComparison.Ordinal);

    private static void Expect(byte[] body, bool accepted, string refusal) =>
        Assert.Equal(accepted ? nameof(JsonFault.None) : refusal, JsonGuard.Check(body, JsonLimits.Default).Fault.ToString());
}
