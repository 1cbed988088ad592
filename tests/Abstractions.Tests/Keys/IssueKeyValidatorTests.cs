using FluentValidation.TestHelper;
using Platform.Abstractions.Keys;
using Platform.Abstractions.RateLimits;

namespace Platform.Abstractions.Tests.Keys;

[Trait("Control", "IN-6")]
public sealed class IssueKeyValidatorTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly IssueKey Honest = new() { Name = "build server", Roles = ["service"], ExpiresAt = Now.AddTicks(1), RateLimit = new RateLimitRule(1, 1) };

    private readonly IssueKeyValidator _validator = new(new StoppedClock());

    [Fact]
    public void An_honest_command_passes() => _validator.TestValidate(Honest).ShouldNotHaveAnyValidationErrors();

    [Fact]
    public void Only_name_and_roles_are_needed() =>
        _validator.TestValidate(new IssueKey { Name = "x", Roles = ["user"] }).ShouldNotHaveAnyValidationErrors();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\nb")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\0b")]
    public void A_name_that_people_cannot_read_is_refused(string? name) =>
        _validator.TestValidate(Honest with { Name = name! }).ShouldHaveValidationErrorFor(command => command.Name);

    [Fact]
    public void A_name_has_at_most_100_characters()
    {
        _validator.TestValidate(Honest with { Name = new string('n', 100) }).ShouldNotHaveAnyValidationErrors();
        _validator.TestValidate(Honest with { Name = new string('n', 101) }).ShouldHaveValidationErrorFor(command => command.Name);
    }

    [Fact]
    public void A_key_without_roles_is_refused()
    {
        _validator.TestValidate(Honest with { Roles = [] }).ShouldHaveValidationErrorFor(command => command.Roles);
        _validator.TestValidate(Honest with { Roles = null! }).ShouldHaveValidationErrorFor(command => command.Roles);
    }

    [Fact]
    public void A_key_has_at_most_ten_roles()
    {
        _validator.TestValidate(Honest with { Roles = [.. Enumerable.Repeat("user", 10)] }).ShouldNotHaveAnyValidationErrors();
        _validator.TestValidate(Honest with { Roles = [.. Enumerable.Repeat("user", 11)] }).ShouldHaveValidationErrorFor(command => command.Roles);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_role_is_refused(string? role) =>
        _validator.TestValidate(Honest with { Roles = ["user", role!] }).ShouldHaveValidationErrorFor("Roles[1]");

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_key_that_is_expired_at_birth_is_refused(long ticks) =>
        _validator.TestValidate(Honest with { ExpiresAt = Now.AddTicks(ticks) }).ShouldHaveValidationErrorFor(command => command.ExpiresAt);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, 1)]
    [InlineData(100_000_001, 1)]
    [InlineData(1, 10_000_001)]
    public void A_rate_limit_outside_its_bounds_is_refused(int perMinute, int burst) =>
        Assert.False(_validator.TestValidate(Honest with { RateLimit = new RateLimitRule(perMinute, burst) }).IsValid);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(100_000_000, 10_000_000)]
    public void A_rate_limit_at_its_bounds_passes(int perMinute, int burst) =>
        Assert.True(_validator.TestValidate(Honest with { RateLimit = new RateLimitRule(perMinute, burst) }).IsValid);

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
