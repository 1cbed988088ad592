using Platform.Api.Validation.Schema;
using static Platform.Api.Tests.Validation.Schema.SchemaAssertions;

namespace Platform.Api.Tests.Validation.Schema;

[Trait("Control", "IN-2")]
public sealed class SchemaErrorTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", "1", "", "type", "must be of type string")]
    [InlineData("""{"type":["string","null"]}""", "1", "", "type", "must be of type null or string")]
    [InlineData("""{"enum":["a",1]}""", "\"b\"", "", "enum", "must be one of the values the schema lists")]
    [InlineData("""{"const":1}""", "2", "", "const", "must have the value the schema prescribes")]
    [InlineData("""{"minLength":2}""", "\"😀\"", "", "minLength", "must have at least 2 characters")]
    [InlineData("""{"maxLength":1}""", "\"ab\"", "", "maxLength", "must have at most 1 characters")]
    [InlineData("""{"pattern":"^a"}""", "\"b\"", "", "pattern", "must match the pattern ^a")]
    [InlineData("""{"minimum":0.5}""", "0", "", "minimum", "must be at least 0.5")]
    [InlineData("""{"maximum":1}""", "2", "", "maximum", "must be at most 1")]
    [InlineData("""{"exclusiveMinimum":1}""", "1", "", "exclusiveMinimum", "must be greater than 1")]
    [InlineData("""{"exclusiveMaximum":1}""", "1.0", "", "exclusiveMaximum", "must be less than 1")]
    [InlineData("""{"multipleOf":0.01}""", "0.015", "", "multipleOf", "must be a multiple of 0.01")]
    [InlineData("""{"minItems":1}""", "[]", "", "minItems", "must have at least 1 items")]
    [InlineData("""{"maxItems":1}""", "[1,2]", "", "maxItems", "must have at most 1 items")]
    [InlineData("""{"uniqueItems":true}""", "[1,1.0]", "", "uniqueItems", "must not contain equal items")]
    [InlineData("""{"minProperties":1}""", "{}", "", "minProperties", "must have at least 1 properties")]
    [InlineData("""{"maxProperties":0}""", """{"a":1}""", "", "maxProperties", "must have at most 0 properties")]
    [InlineData("""{"required":["a","b"]}""", """{"a":1}""", "", "required", "must have the property 'b'")]
    [InlineData("""{"properties":{"a":{"items":{"type":"integer"}}}}""", """{"a":[1,2.0,2.5]}""", "/a/2", "type", "must be of type integer")]
    [InlineData("""{"prefixItems":[true,{"required":["x"]}]}""", "[1,{}]", "/1", "required", "must have the property 'x'")]
    [InlineData("""{"additionalProperties":false}""", """{"a~/b":1}""", "/a~0~1b", "additionalProperties", "must not be present")]
    [InlineData("""{"additionalProperties":{"maximum":1}}""", """{"\u0061":2}""", "/a", "maximum", "must be at most 1")]
    [InlineData("""{"properties":{"a":false}}""", """{"a":1}""", "/a", "false", "must not be present")]
    [InlineData("""{"propertyNames":{"maxLength":1}}""", """{"ab":1}""", "/ab", "maxLength", "must have at most 1 characters")]
    [InlineData("""{"patternProperties":{"^n":{"type":"number"}}}""", """{"nx":"1"}""", "/nx", "type", "must be of type number")]
    [InlineData("""{"allOf":[{"properties":{"a":{"minimum":3}}}]}""", """{"a":1}""", "/a", "minimum", "must be at least 3")]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":3}]}""", "1", "", "anyOf", "must match at least one of the schema's alternatives")]
    [InlineData("""{"oneOf":[true,true]}""", "1", "", "oneOf", "must match exactly one of the schema's alternatives")]
    [InlineData("""{"not":{"type":"number"}}""", "1", "", "not", "must not match what the schema excludes")]
    [InlineData("""{"if":{"required":["a"]},"then":{"required":["b"]}}""", """{"a":1}""", "", "required", "must have the property 'b'")]
    [InlineData("""{"contains":{"type":"null"}}""", "[1]", "", "contains", "must contain at least 1 items of the kind the schema names")]
    [InlineData("""{"contains":{"type":"null"},"minContains":2}""", "[null]", "", "minContains", "must contain at least 2 items of the kind the schema names")]
    [InlineData("""{"contains":{"type":"null"},"maxContains":1}""", "[null,null]", "", "maxContains", "must contain at most 1 items of the kind the schema names")]
    [InlineData("""{"items":{"dependentRequired":{"a":["b"]}}}""", """[{"a":1}]""", "/0", "dependentRequired", "must have the property 'b' beside others it has")]
    [InlineData("""{"dependentSchemas":{"a":{"properties":{"b":{"maximum":1}}}}}""", """{"a":1,"b":2}""", "/b", "maximum", "must be at most 1")]
    [InlineData("""{"properties":{"x":{"unevaluatedProperties":false}}}""", """{"x":{"y":1}}""", "/x/y", "unevaluatedProperties", "must not be present")]
    [InlineData("""{"unevaluatedProperties":{"type":"null"}}""", """{"y":1}""", "/y", "type", "must be of type null")]
    [InlineData("""{"prefixItems":[true],"unevaluatedItems":false}""", "[1,2]", "/1", "unevaluatedItems", "must not be present")]
    [InlineData("""{"prefixItems":[true],"unevaluatedItems":{"items":{"minimum":3}}}""", "[1,[3,2]]", "/1/1", "minimum", "must be at least 3")]
    [InlineData("""{"items":{"$dynamicRef":"#n"},"$defs":{"n":{"$dynamicAnchor":"n","type":"null"}}}""", "[1]", "/0", "type", "must be of type null")]
    [InlineData("""{"properties":{"a":{"properties":{"b":{"unevaluatedItems":false}}}}}""", """{"a":{"b":[0]}}""", "/a/b/0", "unevaluatedItems", "must not be present")]
    public void An_error_names_the_place_the_keyword_and_the_bound(
        string schema, string instance, string path, string keyword, string message) =>
        Assert.Equal(new SchemaError(path, keyword, message), Error(schema, instance));

    [Fact]
    public void An_error_never_repeats_the_value_and_cuts_long_names()
    {
        var secret = new string('s', 500);

        var error = Error("""{"additionalProperties":{"enum":["a"]}}""", $$"""{"{{new string('n', 500)}}":"{{secret}}"}""");

        Assert.Equal("/" + new string('n', 64) + "…", error.Path);
        Assert.DoesNotContain("sss", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"a\":1}}")]
    [InlineData("1 2")]
    [InlineData("nul")]
    public void What_is_not_JSON_is_invalid_even_for_the_schema_true(string instance) =>
        Assert.Equal(SchemaError.Malformed, Error("true", instance));

    [Fact]
    public void A_value_that_passes_leaves_the_error_alone()
    {
        var error = new SchemaError("kept", "kept", "kept");

        Assert.True(Compile("{}").Validate("{}"u8, ref error));
        Assert.Equal(new SchemaError("kept", "kept", "kept"), error);
    }
}
