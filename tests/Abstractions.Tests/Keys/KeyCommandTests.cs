using FluentValidation.TestHelper;
using Platform.Abstractions.Keys;

namespace Platform.Abstractions.Tests.Keys;

[Trait("Control", "IN-6")]
public sealed class KeyCommandTests
{
    private static readonly IssueKey ForExisting = new() { Name = "second", Principal = "svc_a1", Scopes = ["tools:call"], AllowedAddresses = ["192.0.2.0/24"], ExpiresIn = KeyLife.Month };

    private readonly IssueKeyValidator _issue = new(TimeProvider.System);

    [Fact]
    public void A_key_for_a_principal_that_exists_needs_no_roles() => _issue.TestValidate(ForExisting).ShouldNotHaveAnyValidationErrors();

    [Fact]
    public void A_principal_that_exists_is_given_no_roles() =>
        _issue.TestValidate(ForExisting with { Roles = ["admin"] }).ShouldHaveValidationErrorFor(command => command.Roles);

    [Theory]
    [InlineData("usr_admin")]
    [InlineData("svc_")]
    [InlineData("svc_A")]
    [InlineData("svc_a/../b")]
    [InlineData("")]
    [InlineData("svc_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_key_is_for_a_service(string principal) =>
        _issue.TestValidate(ForExisting with { Principal = principal }).ShouldHaveValidationErrorFor(command => command.Principal);

    [Fact]
    public void Scopes_are_1_to_32_permissions()
    {
        Assert.True(_issue.TestValidate(ForExisting with { Scopes = [.. Enumerable.Range(0, 32).Select(i => $"tools:call:t{i}")] }).IsValid);
        Assert.False(_issue.TestValidate(ForExisting with { Scopes = [.. Enumerable.Range(0, 33).Select(i => $"tools:call:t{i}")] }).IsValid);
        Assert.False(_issue.TestValidate(ForExisting with { Scopes = [] }).IsValid);
        Assert.False(_issue.TestValidate(ForExisting with { Scopes = ["tools"] }).IsValid);
        Assert.False(_issue.TestValidate(ForExisting with { Scopes = [null!] }).IsValid);
    }

    [Fact]
    public void Networks_are_1_to_32()
    {
        Assert.True(_issue.TestValidate(ForExisting with { AllowedAddresses = [.. Enumerable.Range(0, 32).Select(i => $"192.0.2.{i}")] }).IsValid);
        Assert.False(_issue.TestValidate(ForExisting with { AllowedAddresses = [.. Enumerable.Range(0, 33).Select(i => $"192.0.2.{i}")] }).IsValid);
        Assert.False(_issue.TestValidate(ForExisting with { AllowedAddresses = [] }).IsValid);
        Assert.False(_issue.TestValidate(ForExisting with { AllowedAddresses = ["192.0.2.0/24", "somewhere"] }).IsValid);
    }

    [Fact]
    public void An_end_is_given_once() => Assert.False(_issue.TestValidate(ForExisting with { ExpiresAt = DateTimeOffset.MaxValue }).IsValid);

    [Theory]
    [InlineData(0, true)]
    [InlineData(604_800, true)]
    [InlineData(-1, false)]
    [InlineData(604_801, false)]
    public void An_overlap_is_at_most_a_week(int seconds, bool valid) =>
        Assert.Equal(valid, new RotateKeyValidator().TestValidate(new RotateKey { OverlapSeconds = seconds }).IsValid);

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_batch_has_1_to_100_keys(int count, bool valid) =>
        Assert.Equal(valid, new RevokeKeysValidator().TestValidate(new RevokeKeys { Ids = [.. Enumerable.Range(0, count).Select(i => $"id{i}")] }).IsValid);

    [Fact]
    public void A_batch_names_each_key_once() => Assert.False(new RevokeKeysValidator().TestValidate(new RevokeKeys { Ids = ["a", "a"] }).IsValid);

    [Theory]
    [InlineData(null, true)]
    [InlineData(1, true)]
    [InlineData(3650, true)]
    [InlineData(0, false)]
    [InlineData(3651, false)]
    public void A_life_is_limited_to_1_to_3650_days_or_not_at_all(int? days, bool valid) =>
        Assert.Equal(valid, new KeyPolicyValidator().TestValidate(new KeyPolicy { MaxLifeDays = days }).IsValid);

    [Fact, Trait("Control", "AL-3")]
    public void A_command_with_a_secret_does_not_print_it() =>
        Assert.DoesNotContain("mcpk_", new StoreKey { Kind = KeyKind.Mcp, Token = "mcpk_secret", Name = "n", Principal = "svc_a", Roles = [] }.ToString(), StringComparison.Ordinal);
}
