using System.Text;
using Platform.Api.Validation.Schema;
using static Platform.Api.Tests.Validation.Schema.SchemaAssertions;

namespace Platform.Api.Tests.Validation.Schema;

[Trait("Control", "IN-2")]
public sealed class SchemaBudgetTests
{
    private const string Tree =
        """{"anyOf":[{"properties":{"a":{"$ref":"#"}},"required":["z"]},{"properties":{"a":{"$ref":"#"}},"required":["y"]}]}""";

    [Fact]
    public void Exponential_branching_ends_at_the_budget() =>
        Assert.Equal(SchemaError.Budget, Error(Tree, Nested(40)).Keyword);

    [Theory]
    [InlineData("""{"not":{"$ref":"#/$defs/t"},"$defs":{"t":""")]
    [InlineData("""{"if":{"$ref":"#/$defs/t"},"then":false,"$defs":{"t":""")]
    [InlineData("""{"oneOf":[true,{"$ref":"#/$defs/t"}],"$defs":{"t":""")]
    [InlineData("""{"anyOf":[{"$ref":"#/$defs/t"},true],"$defs":{"t":""")]
    public void An_exhausted_budget_is_never_taken_for_a_failed_branch(string start)
    {
        var schema = start + Tree.Replace("\"#\"", "\"#/$defs/t\"", StringComparison.Ordinal) + "}}";

        Assert.Equal(SchemaError.Budget, Error(schema, Nested(40)).Keyword);
        Assert.True(IsValid(schema, "{}"));
    }

    [Fact]
    public void Many_branches_over_a_large_value_end_at_the_budget()
    {
        var schema = $$"""{"anyOf":[{{string.Join(',', Enumerable.Repeat("""{"minItems":99999}""", 900))}}]}""";

        Assert.Equal(SchemaError.Budget, Error(schema, "[" + string.Join(',', Enumerable.Repeat("1", 10_000)) + "]").Keyword);
    }

    [Fact]
    public void Many_long_texts_under_a_large_pattern_end_at_the_budget()
    {
        var texts = string.Join(',', Enumerable.Repeat($"\"{new string('c', 10_000)}\"", 100));

        Assert.Equal(SchemaError.Budget, Error("""{"items":{"pattern":"^(?:.*a.{200}b)?"}}""", $"[{texts}]").Keyword);
        Assert.True(IsValid("""{"items":{"pattern":"^[a-z]+$"}}""", $"[{texts}]"));
    }

    [Fact]
    public void A_recursive_schema_judges_a_deep_instance()
    {
        const string schema = """{"type":"object","properties":{"a":{"$ref":"#"}},"additionalProperties":false}""";

        Assert.True(IsValid(schema, Nested(60)));
        Assert.Equal("additionalProperties", Error(schema, Nested(60).Replace("{}", """{"b":1}""", StringComparison.Ordinal)).Keyword);
    }

    [Fact]
    public void The_largest_array_the_guard_accepts_can_be_judged()
    {
        var distinct = "[" + string.Join(',', Enumerable.Range(0, 10_000)) + "]";
        var repeated = "[" + string.Join(',', Enumerable.Range(0, 9_999)) + ",5.0]";

        Assert.True(IsValid("""{"items":{"type":"integer"},"uniqueItems":true}""", distinct));
        Assert.Equal("uniqueItems", Error("""{"items":{"type":"integer"},"uniqueItems":true}""", repeated).Keyword);
    }

    [Theory]
    [InlineData("""[{"a":1,"b":[2,"x"]},{"b":[2.0,"\u0078"],"a":10e-1}]""", false)]
    [InlineData("""[{"a":1,"b":2},{"a":2,"b":1}]""", true)]
    [InlineData("""[{"a":1},{"a":1,"b":1}]""", true)]
    [InlineData("""[[1],[[1]],1,"1",true,null,{},[]]""", true)]
    [InlineData("""[{"a":{"b":null}},{"a":{"b":null}}]""", false)]
    [InlineData("""[0,false,"",null,[]]""", true)]
    [InlineData("""[0,-0.0]""", false)]
    [InlineData("""[[1,2],[2,1]]""", true)]
    public void Items_are_equal_as_JSON_values(string instance, bool unique) =>
        Assert.Equal(unique, IsValid("""{"uniqueItems":true}""", instance));

    [Fact]
    public void A_typical_valid_tool_input_allocates_nothing()
    {
        var schema = Compile(
            """
            {"type":"object","additionalProperties":false,"required":["city","days"],"properties":{
              "city":{"type":"string","minLength":1,"maxLength":80,"pattern":"^[\\p{L} .-]+$"},
              "days":{"type":"integer","minimum":1,"maximum":14},
              "units":{"enum":["metric","imperial"]},
              "step":{"type":"number","multipleOf":0.25},
              "tags":{"type":"array","maxItems":5,"uniqueItems":true,"items":{"type":"string"}},
              "at":{"oneOf":[{"type":"string"},{"type":"object","required":["lat","lon"],
                "properties":{"lat":{"type":"number"},"lon":{"type":"number"}}}]}}}
            """);
        var instance = Encoding.UTF8.GetBytes(
            """{"city":"M\u00fcnchen","days":3,"units":"metric","step":1.75,"tags":["a","b"],"at":{"lat":48.1,"lon":11.5}}""");
        var error = default(SchemaError);
        Assert.True(schema.Validate(instance, ref error), error.ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            schema.Validate(instance, ref error);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(
        """{"type":"object","properties":{"message":{"type":"string","maxLength":10000}},"required":["message"],"additionalProperties":false}""",
        """{"message":"hello"}""")]
    [InlineData(
        """
        {"type":"object","properties":{"key":{"type":"string","pattern":"^[A-Za-z0-9]{1,128}$"},"value":{"type":"string"},
         "ttlSeconds":{"type":"integer","minimum":1,"maximum":3600}},"required":["key","value"],"additionalProperties":false}
        """,
        """{"key":"FromTest","value":"kept","ttlSeconds":60}""")]
    [InlineData(
        """
        {"$id":"https://example.com/strict-tree","$dynamicAnchor":"node","$ref":"tree","unevaluatedProperties":false,
         "dependentRequired":{"data":["children"]},"dependentSchemas":{"data":{"minProperties":1}},
         "$defs":{"tree":{"$id":"tree","$dynamicAnchor":"node","type":"object","anyOf":[{"properties":{"data":true}},{"required":["x"]}],
          "properties":{"children":{"type":"array","contains":{"type":"object"},"minContains":0,"maxContains":9,"items":{"$dynamicRef":"#node"},"unevaluatedItems":false}}}}}
        """,
        """{"children":[{"data":1,"children":[]},{"children":[]}]}""")]
    public void An_accepted_instance_allocates_nothing(string schemaText, string instanceText)
    {
        var schema = Compile(schemaText);
        var instance = Encoding.UTF8.GetBytes(instanceText);
        var error = default(SchemaError);
        Assert.True(schema.Validate(instance, ref error), error.ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
        {
            schema.Validate(instance, ref error);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);
}
