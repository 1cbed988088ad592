using System.Text.RegularExpressions;
using CsCheck;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tests.Tenants;

[Trait("Control", "AZ-4")]
public sealed partial class TenantSlugTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("0")]
    [InlineData("acme")]
    [InlineData("acme-2")]
    [InlineData("a-b-c")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789abcd")]
    public void A_slug_is_lower_case_words_joined_by_single_hyphens(string slug) => Assert.True(TenantSlug.IsValid(slug));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("Acme")]
    [InlineData("acme corp")]
    [InlineData("acme_corp")]
    [InlineData("acme/corp")]
    [InlineData("acme.corp")]
    [InlineData("..")]
    [InlineData("acme%2f")]
    [InlineData("acme\n")]
    [InlineData("acme\0")]
    [InlineData("acmé")]
    [InlineData("аcme")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789abcde")]
    public void Anything_else_is_refused(string? slug) => Assert.False(TenantSlug.IsValid(slug));

    [Fact]
    public void The_rule_is_the_documented_expression() =>
        Gen.String[Gen.Char["ab09-Z_ "], 0, 45].Sample(text => TenantSlug.IsValid(text) == (Documented().IsMatch(text) && !text.Contains("--", StringComparison.Ordinal)));

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?\z", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Documented();
}
