using System.Text;
using Platform.Api.Validation.Schema;
using static Platform.Api.Tests.Validation.Schema.SchemaAssertions;

namespace Platform.Api.Tests.Validation.Schema;

/// <summary>Schemas and instances made to cost: each is refused at registration, refused at the budget, or judged.</summary>
[Trait("Control", "IN-2")]
public sealed class HostileSchemaTests
{
    /// <summary>What the transport lets in at most.</summary>
    private const int LargestInstance = 1024 * 1024;

    [Theory]
    [InlineData("anyOf")]
    [InlineData("oneOf")]
    [InlineData("allOf")]
    [InlineData("prefixItems")]
    public void Ten_thousand_branches_are_refused_at_registration(string keyword) =>
        Assert.Equal(SchemaFaultKind.TooLarge, Refused($$"""{"{{keyword}}":[{{string.Join(',', Enumerable.Repeat("{}", 10_000))}}]}""").Kind);

    [Fact]
    public void Ten_thousand_names_are_refused_at_registration() =>
        Assert.Equal(
            SchemaFaultKind.TooLarge,
            Refused($$"""{"dependentRequired":{"a":[{{string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"n{i}\""))}}] } }""").Kind);

    [Fact]
    public void Deep_nesting_is_refused_at_registration() =>
        Assert.Equal(SchemaFaultKind.TooLarge, Refused(string.Concat(Enumerable.Repeat("{\"items\":", 5_000)) + "{}" + new string('}', 5_000)).Kind);

    [Theory]
    [InlineData("""{"$ref":"http://169.254.169.254/latest/meta-data/"}""")]
    [InlineData("""{"$dynamicRef":"http://169.254.169.254/latest/meta-data/#a"}""")]
    [InlineData("""{"$id":"http://169.254.169.254/","items":{"$ref":"latest/meta-data/"}}""")]
    [InlineData("""{"$schema":"http://169.254.169.254/latest/meta-data/"}""")]
    [InlineData("""{"$ref":"file:///etc/passwd"}""")]
    [InlineData("""{"$ref":"\\\\169.254.169.254\\share"}""")]
    public void A_reference_into_the_network_is_refused_with_the_reason(string schema)
    {
        var fault = Refused(schema);

        Assert.Equal(SchemaFaultKind.Unsupported, fault.Kind);
        Assert.DoesNotContain("169.254", fault.Reason, StringComparison.Ordinal);
        Assert.Matches("nothing is fetched|unsupported dialect", fault.Reason);
    }

    [Fact]
    public void A_name_under_the_same_base_as_a_network_address_is_only_a_name() =>
        Assert.True(IsValid("""{"$id":"http://169.254.169.254/","$ref":"a","$defs":{"b":{"$id":"a","type":"null"}}}""", "null"));

    [Fact]
    public void A_reference_bomb_ends_at_the_budget()
    {
        // Each level asks the next one twice: 2^60 questions about one value.
        var levels = string.Join(',', Enumerable.Range(0, 60).Select(i => $$""" "d{{i}}":{"allOf":[{"$ref":"#/$defs/d{{i + 1}}"},{"$ref":"#/$defs/d{{i + 1}}"}]} """));

        Assert.Equal(SchemaFaultKind.TooLarge, Refused($$"""{"$ref":"#/$defs/d0","$defs":{ {{levels}},"d60":{} } }""").Kind);
        var shorter = $$"""{"$ref":"#/$defs/d30","$defs":{ {{levels}},"d60":{} } }""";
        Assert.Equal(SchemaFaultKind.TooLarge, Refused(shorter).Kind);
        levels = string.Join(',', Enumerable.Range(0, 30).Select(i => $$""" "d{{i}}":{"allOf":[{"$ref":"#/$defs/d{{i + 1}}"},{"$ref":"#/$defs/d{{i + 1}}"}]} """));
        Assert.Equal(SchemaError.Budget, Error($$"""{"$ref":"#/$defs/d0","$defs":{ {{levels}},"d30":{} } }""", "1").Keyword);
    }

    [Fact]
    public void A_dynamic_reference_that_turns_back_to_its_own_value_ends_at_the_frames()
    {
        // Where "#n" leads is known in a run only: into the schema that is just being applied to this value.
        const string schema =
            """
            {"$id":"https://example.com/a","$dynamicAnchor":"n","$ref":"b",
             "$defs":{"b":{"$id":"b","$dynamicRef":"c#n"},"c":{"$id":"c","$dynamicAnchor":"n","type":"null"}}}
            """;

        Assert.Equal(SchemaError.Budget, Error(schema, "null").Keyword);
    }

    [Theory]
    [InlineData("""{"not":{"$ref":"a"},"$defs":{"a":""")]
    [InlineData("""{"if":{"$ref":"a"},"then":false,"$defs":{"a":""")]
    [InlineData("""{"anyOf":[{"$ref":"a"},true],"$defs":{"a":""")]
    [InlineData("""{"oneOf":[true,{"$ref":"a"}],"$defs":{"a":""")]
    [InlineData("""{"minContains":0,"contains":{"$ref":"a"},"maxContains":1,"$defs":{"a":""")]
    [InlineData("""{"unevaluatedItems":false,"anyOf":[true,{"items":true,"not":{"$ref":"a"}}],"$defs":{"a":""")]
    public void A_turning_dynamic_reference_is_never_taken_for_a_failed_branch(string start) =>
        Assert.Equal(
            SchemaError.Budget,
            Error(
                start + """
                {"$id":"a","$dynamicAnchor":"n","$ref":"b"},
                "b":{"$id":"b","$dynamicRef":"c#n"},"c":{"$id":"c","$dynamicAnchor":"n","type":"null"}}}
                """,
                "[1]").Keyword);

    [Fact]
    public void A_recursive_dynamic_reference_judges_a_deep_instance()
    {
        const string schema =
            """
            {"$id":"https://example.com/a","$dynamicAnchor":"n","$ref":"b","type":"array",
             "$defs":{"b":{"$id":"b","$dynamicAnchor":"n","items":{"$dynamicRef":"#n"}}}}
            """;
        var deep = new string('[', 60) + new string(']', 60);

        Assert.True(IsValid(schema, deep));
        Assert.Equal("type", Error(schema, deep.Replace("[]", "[1]", StringComparison.Ordinal)).Keyword);
        Assert.Equal(SchemaError.Budget, Error(schema.Replace("\"$ref\"", "\"allOf\":[{\"$ref\":\"b\"}],\"$ref\"", StringComparison.Ordinal), deep).Keyword);
    }

    [Fact]
    public void The_deepest_run_fits_a_small_stack()
    {
        const string schema =
            """
            {"unevaluatedProperties":false,"anyOf":[{"oneOf":[{"dependentSchemas":{"a":{"$ref":"#/$defs/x"}}}]}],
             "$defs":{"x":{"patternProperties":{"^a$":{"$ref":"#"}},"propertyNames":{"pattern":"a"},"required":["a"]}}}
            """;
        var instance = string.Concat(Enumerable.Repeat("{\"a\":", 63)) + "{}" + new string('}', 63);
        var keyword = "";
        var thread = new Thread(() => keyword = Error(schema, instance).Keyword, maxStackSize: 768 * 1024);
        thread.Start();
        thread.Join();

        Assert.Equal(SchemaError.Budget, keyword);
    }

    [Fact]
    public void Unevaluated_over_many_branches_and_items_ends_at_the_budget()
    {
        var branches = string.Join(',', Enumerable.Repeat("""{"unevaluatedItems":true}""", 400));
        var items = "[" + string.Join(',', Enumerable.Repeat("1", 10_000)) + "]";

        Assert.Equal(SchemaError.Budget, Error($$"""{"anyOf":[{{branches}}],"unevaluatedItems":false}""", items).Keyword);
        Assert.True(IsValid($$"""{"anyOf":[{"unevaluatedItems":true},{"prefixItems":[true]}],"unevaluatedItems":false}""", items));
    }

    [Fact]
    public void Nested_unevaluated_sets_stay_small()
    {
        // Fourteen sets are open at once, over an array larger than the guard lets through.
        var schema = string.Concat(Enumerable.Repeat("{\"unevaluatedItems\":false,\"anyOf\":[", 14)) + "{\"items\":true}" + string.Concat(Enumerable.Repeat("]}", 14));
        var items = "[" + string.Join(',', Enumerable.Repeat("1", LargestInstance / 2 - 1)) + "]";
        var small = "[" + string.Join(',', Enumerable.Repeat("1", 1_000)) + "]";
        var compiled = Compile(schema);
        var error = default(SchemaError);
        Assert.True(compiled.Validate(Encoding.UTF8.GetBytes(small), ref error), error.ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.False(compiled.Validate(Encoding.UTF8.GetBytes(items), ref error));

        Assert.Equal(SchemaError.Budget, error.Keyword);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L * LargestInstance);
    }

    [Fact]
    public void A_huge_enum_over_many_items_ends_at_the_budget()
    {
        var numbers = string.Join(',', Enumerable.Range(0, 9_000));
        var strings = string.Join(',', Enumerable.Range(0, 6_000).Select(i => $"\"s{i}\""));

        Assert.Equal(SchemaError.Budget, Error($$"""{"items":{"enum":[{{numbers}}] } }""", "[" + string.Join(',', Enumerable.Repeat("8999", 1_000)) + "]").Keyword);
        Assert.True(IsValid($$"""{"items":{"enum":[{{strings}}] } }""", "[" + string.Join(',', Enumerable.Repeat("\"s5999\"", 10_000)) + "]"));
    }

    [Fact]
    public void A_const_as_large_as_a_schema_can_be_ends_at_the_budget()
    {
        var large = "{" + string.Join(',', Enumerable.Range(0, 999).Select(i => $"\"n{i}\":{i}")) + "}";
        var reversed = "{" + string.Join(',', Enumerable.Range(0, 999).Reverse().Select(i => $"\"n{i}\":{i}")) + "}";

        Assert.Equal(SchemaError.Budget, Error($$"""{"const":{{large}} }""", reversed).Keyword);
        Assert.True(IsValid("""{"const":{"a":1,"b":[2]}}""", """{"b":[2.0],"a":1}"""));
    }

    [Fact]
    public void A_pattern_that_explodes_elsewhere_is_linear_in_names_too()
    {
        var name = new string('a', 10_000) + "!";

        Assert.Equal("additionalProperties", Error("""{"patternProperties":{"^(a+)+$":true},"additionalProperties":false}""", $$"""{"{{name}}":1}""").Keyword);
        Assert.Equal("pattern", Error("""{"propertyNames":{"pattern":"^(a|aa)+$"}}""", $$"""{"{{name}}":1}""").Keyword);
    }

    [Fact]
    public void Many_contains_over_many_items_end_at_the_budget()
    {
        var rules = string.Join(',', Enumerable.Repeat("""{"contains":{"const":2},"minContains":0,"maxContains":1}""", 300));

        Assert.Equal(SchemaError.Budget, Error($$"""{"allOf":[{{rules}}]}""", "[" + string.Join(',', Enumerable.Repeat("1", 10_000)) + "]").Keyword);
    }

    private static SchemaFault Refused(string schema)
    {
        Assert.False(SchemaCompiler.TryCompile(Encoding.UTF8.GetBytes(schema), out _, out var fault));
        return fault;
    }
}
