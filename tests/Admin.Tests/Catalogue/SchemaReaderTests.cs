using System.Text.Json;
using Platform.Admin.Components.Pages.Catalogue;

namespace Platform.Admin.Tests.Catalogue;

/// <summary>Forms from schemas that somebody else wrote: what is not understood is typed in as JSON, and nothing throws.</summary>
public sealed class SchemaReaderTests
{
    [Theory]
    [InlineData("""{"type":"string"}""", ArgumentKind.LongText)]
    [InlineData("""{"type":"string","maxLength":20}""", ArgumentKind.Text)]
    [InlineData("""{"type":["string","null"],"format":"date"}""", ArgumentKind.Text)]
    [InlineData("""{"type":"integer"}""", ArgumentKind.Number)]
    [InlineData("""{"type":"boolean"}""", ArgumentKind.Choice)]
    [InlineData("""{"const":1}""", ArgumentKind.Choice)]
    [InlineData("""{"enum":["a","b"]}""", ArgumentKind.Choice)]
    [InlineData("""{"enum":[]}""", ArgumentKind.Json)]
    [InlineData("""{"enum":"a"}""", ArgumentKind.Json)]
    [InlineData("""{"type":["string","number"]}""", ArgumentKind.Json)]
    [InlineData("""{"type":[1,{}]}""", ArgumentKind.Json)]
    [InlineData("""{"type":"array"}""", ArgumentKind.Json)]
    [InlineData("""{"type":"object"}""", ArgumentKind.Json)]
    [InlineData("""{"$ref":"#/$defs/word"}""", ArgumentKind.Choice)]
    [InlineData("""{"$ref":"#/$defs/none"}""", ArgumentKind.Json)]
    [InlineData("""{"$ref":"#/properties/p"}""", ArgumentKind.Json)]
    [InlineData("""{"$ref":"https://elsewhere.example/schema"}""", ArgumentKind.Json)]
    [InlineData("true", ArgumentKind.Json)]
    [InlineData("{}", ArgumentKind.Json)]
    public void A_property_is_asked_for_by_the_control_that_fits(string property, ArgumentKind kind)
    {
        Assert.True(SchemaReader.TryRead(Parse($$$$"""{"properties":{"p":{{{{property}}}}},"$defs":{"word":{"enum":["a"]}}}"""), out var fields));
        Assert.Equal(kind, Assert.Single(fields).Kind);
    }

    [Theory]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"type":"object"}""")]
    [InlineData("""{"properties":[]}""")]
    [InlineData("""{"oneOf":[{}],"properties":{}}""")]
    [InlineData("""{"$ref":"#/$defs/a"}""")]
    public void A_schema_that_no_form_can_hold_is_left_to_JSON(string schema) => Assert.False(SchemaReader.TryRead(Parse(schema), out _));

    [Fact]
    public void More_properties_than_a_page_should_have_are_left_to_JSON()
    {
        var many = string.Join(',', Enumerable.Range(0, SchemaReader.MaxFields + 1).Select(number => $"\"p{number}\":{{}}"));
        Assert.False(SchemaReader.TryRead(Parse("{\"properties\":{" + many + "}}"), out _));
    }

    [Fact]
    public void What_is_required_stands_first_and_a_default_is_filled_in()
    {
        Assert.True(SchemaReader.TryRead(Parse("""{"properties":{"a":{"type":"integer","default":5},"b":{"type":"string","default":"x"},"c":{"type":"array","default":[1]}},"required":["c",7]}"""), out var fields));
        Assert.Equal([("c", true, "[1]"), ("a", false, "5"), ("b", false, "x")], fields.Select(field => (field.Name, field.Required, field.Value)));
    }

    [Fact]
    public void A_tool_that_takes_nothing_has_no_fields()
    {
        Assert.True(SchemaReader.TryRead(Parse("""{"type":"object","additionalProperties":false}"""), out var fields));
        Assert.Empty(fields);
    }

    private static JsonElement Parse(string json) => JsonElement.Parse(json);
}
