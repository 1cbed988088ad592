using System.Text.Json.Serialization;
using FluentValidation;
using Platform.Abstractions.Tenants;

namespace Platform.Abstractions.Incidents;

/// <summary>What can be done to contain an incident, in the order in which it is done: what is quick and mild first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContainmentKind>))]
public enum ContainmentKind
{
    [JsonStringEnumMemberName("readOnly")] ReadOnly = 0,
    [JsonStringEnumMemberName("blockPrincipal")] BlockPrincipal = 1,
    [JsonStringEnumMemberName("revokeKey")] RevokeKey = 2,
    [JsonStringEnumMemberName("quarantine")] Quarantine = 3,
    [JsonStringEnumMemberName("suspendTenant")] SuspendTenant = 4,
    [JsonStringEnumMemberName("rotateSigningKeys")] RotateSigningKeys = 5,
    [JsonStringEnumMemberName("revokeCredentials")] RevokeCredentials = 6,
}

/// <summary>How a step of containment stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ContainmentOutcome>))]
public enum ContainmentOutcome
{
    /// <summary>Not done, or not to its end: ask again.</summary>
    [JsonStringEnumMemberName("pending")] Pending = 0,
    [JsonStringEnumMemberName("done")] Done = 1,
    [JsonStringEnumMemberName("failed")] Failed = 2,
}

/// <summary>
/// Does a chosen set of steps in one request. What was done stays done when another step fails, and the same request again does what is left. With nothing chosen: what is left.
/// </summary>
[GenerateSerializer, Alias("contain-incident"), Immutable]
public sealed record ContainIncident
{
    /// <summary>For the restrictions and blocks that it makes, at most 500 characters; the incident's title when left out.</summary>
    [Id(0)] public string? Reason { get; init; }

    /// <summary>Slug of the tenant it is done to: for incidents of the platform alone. Without it their steps are done to the platform's own principals and keys.</summary>
    [Id(1)] public string? Tenant { get; init; }

    [Id(2)] public bool ReadOnly { get; init; }

    /// <summary>For operators.</summary>
    [Id(3)] public bool SuspendTenant { get; init; }

    [Id(4)] public bool RevokeCredentials { get; init; }

    [Id(5)] public bool RotateSigningKeys { get; init; }

    /// <summary>Ids, at most 50.</summary>
    [Id(6)] public string[]? BlockPrincipals { get; init; }

    /// <summary>Ids, at most 100.</summary>
    [Id(7)] public string[]? RevokeKeys { get; init; }

    /// <summary>At most 50.</summary>
    [Id(8)] public QuarantineTarget[]? Quarantine { get; init; }

    /// <summary>
    /// Revokes credentials and rotates keys also when this incident did so before; what was issued since ends too. Without it these two are done once, while all else is simply done again.
    /// </summary>
    [Id(9)] public bool Again { get; init; }

    /// <summary>What was chosen.</summary>
    public IEnumerable<(ContainmentKind Kind, string? Target)> Steps()
    {
        IEnumerable<(bool, ContainmentKind)> switches =
            [(ReadOnly, ContainmentKind.ReadOnly), (SuspendTenant, ContainmentKind.SuspendTenant), (RotateSigningKeys, ContainmentKind.RotateSigningKeys), (RevokeCredentials, ContainmentKind.RevokeCredentials)];
        return switches.Where(pair => pair.Item1).Select(pair => (pair.Item2, (string?)null))
            .Concat((BlockPrincipals ?? []).Select(id => (ContainmentKind.BlockPrincipal, (string?)id)))
            .Concat((RevokeKeys ?? []).Select(id => (ContainmentKind.RevokeKey, (string?)id)))
            .Concat((Quarantine ?? []).Select(entry => (ContainmentKind.Quarantine, (string?)entry.Text)))
            .Distinct()
            .OrderBy(step => step.Item1);
    }
}

/// <summary>An entry of the catalogue.</summary>
[GenerateSerializer, Alias("quarantine-target"), Immutable]
public sealed record QuarantineTarget([property: Id(0)] CatalogueEntryKind Kind, [property: Id(1)] string Name)
{
    private const string Tool = "tool/", Prompt = "prompt/";

    /// <summary>Such as <c>tool/echo</c>.</summary>
    [JsonIgnore]
    public string Text => (Kind == CatalogueEntryKind.Tool ? Tool : Prompt) + Name;

    public static QuarantineTarget Parse(string text) =>
        text.StartsWith(Tool, StringComparison.Ordinal) ? new QuarantineTarget(CatalogueEntryKind.Tool, text[Tool.Length..]) : new QuarantineTarget(CatalogueEntryKind.Prompt, text[Prompt.Length..]);
}

/// <summary>One step and how it stands.</summary>
[GenerateSerializer, Alias("containment-step"), Immutable]
public sealed record ContainmentStep
{
    [Id(0)] public required ContainmentKind Step { get; init; }

    /// <summary>The principal, the key, or the entry of the catalogue; null where the tenant says it.</summary>
    [Id(1)] public string? Target { get; init; }

    /// <summary>Slug of the tenant, for incidents of the platform.</summary>
    [Id(2)] public string? Tenant { get; init; }

    [Id(3)] public required ContainmentOutcome Outcome { get; init; }

    /// <summary>When it was tried last.</summary>
    [Id(4)] public DateTimeOffset? At { get; init; }

    /// <summary>Slug of why it failed.</summary>
    [Id(5)] public string? Problem { get; init; }

    /// <summary>Of revoked credentials: what was issued until then is dead, done or pending.</summary>
    [Id(6)] public DateTimeOffset? Before { get; init; }

    /// <summary>Whose slug it was when the step was planned: a slug can be another tenant's later. Null where there is no slug, and in rows from before this was kept.</summary>
    [Id(7)] public TenantId? TenantId { get; init; }

    public bool IsSame(ContainmentStep other) =>
        Step == other.Step && string.Equals(Target, other.Target, StringComparison.Ordinal) && string.Equals(Tenant, other.Tenant, StringComparison.Ordinal)
        && (TenantId is not { } id || other.TenantId is not { } theirs || id == theirs);
}

public sealed class ContainIncidentValidator : AbstractValidator<ContainIncident>
{
    public ContainIncidentValidator()
    {
        RuleFor(command => command.Reason).Must(text => text is null || IncidentRules.IsLine(text, 500)).WithMessage("Use at most 500 characters without control characters.");
        RuleFor(command => command.Tenant).Must(slug => slug is null || TenantSlug.IsValid(slug)).WithMessage("Name a tenant by its slug.");
        RuleFor(command => command.BlockPrincipals).Must(ids => ids is null || (ids.Length <= 50 && ids.All(id => IncidentRules.IsLine(id, 100)))).WithMessage("Name at most 50 principals by their ids.");
        RuleFor(command => command.RevokeKeys).Must(ids => ids is null || (ids.Length <= 100 && ids.All(id => IncidentRules.IsLine(id, 100)))).WithMessage("Name at most 100 keys by their ids.");
        RuleFor(command => command.Quarantine).Must(entries => entries is null || (entries.Length <= 50 && entries.All(entry => entry is not null && Enum.IsDefined(entry.Kind) && CatalogueEntry.IsName(entry.Name))))
            .WithMessage("Name at most 50 entries, each by kind (tool or prompt) and name.");
    }
}
