using System.Text.Json.Serialization;
using FluentValidation;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Logins;

/// <summary>Whose password alone is not enough. Ordered from strict to lax.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SecondFactorRule>))]
public enum SecondFactorRule
{
    /// <summary>Nobody's.</summary>
    [JsonStringEnumMemberName("everyone")] Everyone = 0,

    /// <summary>That of whoever manages principals, roles, keys, tenants or sessions.</summary>
    [JsonStringEnumMemberName("admins")] Admins = 1,

    /// <summary>Anybody's suffices; the console recommends more.</summary>
    [JsonStringEnumMemberName("recommended")] Recommended = 2,
}

/// <summary>What a tenant asks of its users at sign-in.</summary>
[GenerateSerializer, Alias("login-policy"), Immutable]
public sealed record LoginPolicy
{
    [Id(0)] public required SecondFactorRule SecondFactor { get; init; }
}

public sealed class LoginPolicyValidator : AbstractValidator<LoginPolicy>
{
    public LoginPolicyValidator() => RuleFor(policy => policy.SecondFactor).IsInEnum();
}

/// <summary>A tenant's policy for sign-in. Key: <c>{tenant}</c>.</summary>
[Alias("login-policy-book")]
public interface ILoginPolicyGrain : IGrainWithStringKey
{
    /// <summary>The stricter of the tenant's own and the platform's.</summary>
    [Alias("effective")]
    Task<LoginPolicy> EffectiveAsync();

    /// <summary>Sets the tenant's own; answers what applies.</summary>
    /// <param name="policy">From now on.</param>
    /// <param name="expected">What applies until now, or nothing is changed.</param>
    /// <param name="caller">Who says so.</param>
    [Alias("set")]
    Task<Result<LoginPolicy>> SetAsync(LoginPolicy policy, LoginPolicy expected, Caller caller);
}
