using System.Text.Json;
using CsCheck;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tests.Tenants;

[Trait("Control", "AZ-4")]
public sealed class TenantIdTests
{
    [Fact]
    public void A_new_id_is_read_back()
    {
        var id = TenantId.New();

        Assert.True(TenantId.TryParse(id.ToString(), out var read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData("abcdefgh")]
    [InlineData("01234567")]
    [InlineData("abcdefghijklmnopqrstuvwxyz")]
    [InlineData("_sys")]
    public void An_id_has_8_to_26_lower_case_letters_and_digits(string text)
    {
        Assert.True(TenantId.TryParse(text, out var id));
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("abcdefg")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0")]
    [InlineData("ABCDEFGH")]
    [InlineData("abcdefg-")]
    [InlineData("abcdefg_")]
    [InlineData("abcdefg/")]
    [InlineData("abcdefg ")]
    [InlineData(" abcdefgh")]
    [InlineData("abcdefgh\n")]
    [InlineData("abcdefgh\0")]
    [InlineData("abcdefg٣")]
    [InlineData("аbcdefgh")]
    [InlineData("_SYS")]
    [InlineData("_sys ")]
    [InlineData("_sys/")]
    [InlineData("_sysabcdef")]
    public void Anything_else_is_nobody(string? text)
    {
        Assert.False(TenantId.TryParse(text, out var id));
        Assert.False(id.IsValid);
    }

    [Fact]
    public void The_default_belongs_to_nobody() => Assert.Throws<InvalidOperationException>(() => default(TenantId).ToString());

    [Fact]
    public void New_ids_differ_and_are_never_the_platform() =>
        Assert.Equal(1_000, Enumerable.Range(0, 1_000).Select(_ => TenantId.New()).Where(id => id != TenantId.Platform).Distinct().Count());

    [Fact]
    public void Only_the_text_of_an_id_parses() =>
        Gen.String.Sample(text => !TenantId.TryParse(text, out var id) || id.ToString() == text);

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"Tenant-A\"")]
    public void Json_that_is_not_an_id_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TenantId>(json));

    [Fact]
    public void An_id_is_a_json_string()
    {
        var id = TenantId.New();

        Assert.Equal(id, JsonSerializer.Deserialize<TenantId>(JsonSerializer.Serialize(id)));
    }
}
