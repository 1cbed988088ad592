using FluentValidation.TestHelper;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Tests.Tenants;

[Trait("Control", "IN-6")]
public sealed class TenantValidatorTests
{
    private static readonly CreateTenant Honest = new()
    {
        Slug = "acme",
        DisplayName = "Acme & Söhne",
        AuditMode = AuditMode.Batched,
        RateLimit = new RateLimitRule(100, 100),
        AllowedOrigins = ["https://trusted-domain.com"],
    };

    private readonly CreateTenantValidator _validator = new();

    [Fact]
    public void An_honest_command_passes() => _validator.TestValidate(Honest).ShouldNotHaveAnyValidationErrors();

    [Fact]
    public void Only_the_slug_is_needed() => _validator.TestValidate(new CreateTenant { Slug = "acme" }).ShouldNotHaveAnyValidationErrors();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Acme")]
    [InlineData("../acme")]
    [InlineData("_sys")]
    public void A_slug_of_another_form_is_refused(string? slug) =>
        _validator.TestValidate(Honest with { Slug = slug! }).ShouldHaveValidationErrorFor(command => command.Slug);

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\r\nb")]
    [InlineData("a\u0007b")]
    public void A_name_that_people_cannot_read_is_refused(string name) =>
        _validator.TestValidate(Honest with { DisplayName = name }).ShouldHaveValidationErrorFor(command => command.DisplayName);

    [Fact]
    public void A_name_has_at_most_100_characters()
    {
        _validator.TestValidate(Honest with { DisplayName = new string('n', 100) }).ShouldNotHaveAnyValidationErrors();
        _validator.TestValidate(Honest with { DisplayName = new string('n', 101) }).ShouldHaveValidationErrorFor(command => command.DisplayName);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void An_audit_mode_that_does_not_exist_is_refused(int mode) =>
        _validator.TestValidate(Honest with { AuditMode = (AuditMode)mode }).ShouldHaveValidationErrorFor(command => command.AuditMode);

    [Fact]
    public void A_rate_limit_outside_its_bounds_is_refused() =>
        Assert.False(_validator.TestValidate(Honest with { RateLimit = new RateLimitRule(0, 0) }).IsValid);

    [Fact, Trait("Control", "IN-1")]
    public void The_platforms_own_limits_can_be_asked_for() =>
        _validator.TestValidate(Honest with { InputLimits = new InputLimits { MaxDepth = InputLimits.Depth, MaxNodes = InputLimits.Nodes } }).ShouldNotHaveAnyValidationErrors();

    [Fact, Trait("Control", "IN-1")]
    public void A_limit_above_the_platforms_is_refused_with_both_ends_of_its_range()
    {
        var error = Assert.Single(_validator.TestValidate(Honest with { InputLimits = new InputLimits { MaxDepth = 11 } }).Errors);

        Assert.Contains("4", error.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("10", error.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory, Trait("Control", "TR-7")]
    [InlineData("*")]
    [InlineData("null")]
    [InlineData("https://trusted-domain.com/")]
    [InlineData(null)]
    public void An_origin_of_another_form_is_refused(string? origin) =>
        _validator.TestValidate(Honest with { AllowedOrigins = ["https://a.example", origin!] }).ShouldHaveValidationErrorFor("AllowedOrigins[1]");

    [Fact]
    public void A_tenant_has_at_most_50_origins()
    {
        _validator.TestValidate(Honest with { AllowedOrigins = Origins(50) }).ShouldNotHaveAnyValidationErrors();
        _validator.TestValidate(Honest with { AllowedOrigins = Origins(51) }).ShouldHaveValidationErrorFor(command => command.AllowedOrigins);

        static string[] Origins(int count) => [.. Enumerable.Range(1, count).Select(i => $"https://a{i}.example")];
    }

    [Fact]
    public void A_reason_to_suspend_has_at_most_500_characters()
    {
        var validator = new SuspendTenantValidator();

        validator.TestValidate(new SuspendTenant()).ShouldNotHaveAnyValidationErrors();
        validator.TestValidate(new SuspendTenant { Reason = new string('r', 500) }).ShouldNotHaveAnyValidationErrors();
        validator.TestValidate(new SuspendTenant { Reason = new string('r', 501) }).ShouldHaveValidationErrorFor(command => command.Reason);
    }
}
