using System.Security.Cryptography;
using System.Buffers.Text;
using System.Text.Json;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.Principals;
using Platform.Abstractions.RateLimits;
using Platform.Abstractions.RateLimits.Plans;
using Platform.Abstractions.RateLimits.Policies;
using Platform.Abstractions.Roles;

namespace Platform.Api.Configurations;

/// <summary>What a tenant is set up to be at one moment, as far as somebody may read it: null is what they may not.</summary>
internal sealed record ConfigurationSnapshot
{
    public GuestAccess? GuestAccess { get; init; }
    public RoleView[]? Roles { get; init; }
    public RateLimitPlanAssignment? Plan { get; init; }
    public RateLimitsView? RateLimits { get; init; }
    public AlertRuleView[]? AlertRules { get; init; }
    public PrincipalView[]? Members { get; init; }

    public TenantConfiguration Document() => new()
    {
        GuestAccess = GuestAccess,
        Roles = Sorted(Roles?.Where(role => !role.BuiltIn), role => role.Name, Of),
        RateLimitPlan = Plan is null ? null : new ConfiguredPlan(Plan.Plan),
        RateLimits = RateLimits is null ? null : Of(RateLimits.Policy),
        AlertRules = Sorted(AlertRules, rule => rule.Name, rule => rule.ToPut()),
        Members = Sorted(Members?.Where(member => ConfiguredMember.KindOf(member.Id) is not null), member => member.Id, ConfiguredMember.Of),
    };

    /// <summary>A hash of the document: what conditions compare. Whoever may read less has another.</summary>
    public string Version() => Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Document(), ConfigurationJson.Writing)).AsSpan(0, 16));

    public static ReplaceRole Of(RoleView role) => new() { Description = role.Description, Allow = role.Allow, Deny = role.Deny, Inherits = role.Inherits };

    /// <summary>The order of names says nothing, so it is always the same.</summary>
    public static RateLimitPolicy Of(RateLimitPolicy policy) => policy with
    {
        Methods = new SortedDictionary<string, MethodLimit>(policy.Methods.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
        Tools = new SortedDictionary<string, MethodLimit>(policy.Tools.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal),
    };

    private static SortedDictionary<string, TItem>? Sorted<TView, TItem>(IEnumerable<TView>? views, Func<TView, string> key, Func<TView, TItem> item) =>
        views is null ? null : new SortedDictionary<string, TItem>(views.ToDictionary(key, item, StringComparer.Ordinal), StringComparer.Ordinal);
}
