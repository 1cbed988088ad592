using System.Text.Json.Serialization;
using FluentValidation;

namespace Platform.Abstractions.Tenants;

/// <summary>Stops every change to a tenant, by MCP and by REST; reads go on. Effective everywhere within 5 s.</summary>
[GenerateSerializer, Alias("make-read-only"), Immutable]
public sealed record MakeReadOnly
{
    /// <summary>At most 500 characters.</summary>
    [Id(0)] public string? Reason { get; init; }
}

public sealed class MakeReadOnlyValidator : AbstractValidator<MakeReadOnly>
{
    public MakeReadOnlyValidator() => RuleFor(command => command.Reason).MaximumLength(500);
}

/// <summary>Who restricted something, and why.</summary>
/// <param name="Since">From then on.</param>
/// <param name="By">The principal.</param>
/// <param name="ByPlatform">True when an operator did it: then only an operator takes it back.</param>
/// <param name="Reason">For people.</param>
[GenerateSerializer, Alias("restriction"), Immutable]
public sealed record Restriction(
    [property: Id(0)] DateTimeOffset Since,
    [property: Id(1)] string By,
    [property: Id(2)] bool ByPlatform,
    [property: Id(3)] string? Reason);

/// <summary>What of a catalogue can be put in quarantine.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CatalogueEntryKind>))]
public enum CatalogueEntryKind
{
    [JsonStringEnumMemberName("tool")] Tool = 0,
    [JsonStringEnumMemberName("prompt")] Prompt = 1,
}

/// <summary>Takes one entry out of a tenant's catalogue: neither listed nor callable, and its tasks end.</summary>
[GenerateSerializer, Alias("quarantine-entry"), Immutable]
public sealed record QuarantineEntry
{
    [Id(0)] public required CatalogueEntryKind Kind { get; init; }

    /// <summary>1 to 128 characters; it need not exist, so that what is about to come can be kept out.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>At most 500 characters.</summary>
    [Id(2)] public string? Reason { get; init; }
}

public sealed class QuarantineEntryValidator : AbstractValidator<QuarantineEntry>
{
    public QuarantineEntryValidator()
    {
        RuleFor(command => command.Kind).IsInEnum();
        RuleFor(command => command.Name).Must(CatalogueEntry.IsName).WithMessage("Use 1 to 128 letters, digits, underscores, hyphens, dots or slashes.");
        RuleFor(command => command.Reason).MaximumLength(500);
    }
}

/// <summary>An entry in quarantine.</summary>
[GenerateSerializer, Alias("quarantined-entry"), Immutable]
public sealed record QuarantinedEntry([property: Id(0)] CatalogueEntryKind Kind, [property: Id(1)] string Name, [property: Id(2)] Restriction Restriction);

/// <summary>What names an entry of a catalogue.</summary>
public static class CatalogueEntry
{
    public const int MaxName = 128;

    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= MaxName } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/');
}

/// <summary>A suspended tenant that one operator wants served again, while two are needed.</summary>
/// <param name="By">Who asked; another has to approve.</param>
/// <param name="At">When.</param>
/// <param name="ExpiresAt">From then on it is as if nobody had asked.</param>
[GenerateSerializer, Alias("resume-request"), Immutable]
public sealed record ResumeRequest([property: Id(0)] string By, [property: Id(1)] DateTimeOffset At, [property: Id(2)] DateTimeOffset ExpiresAt);

/// <summary>Under which terms an operator wants a suspended tenant served again.</summary>
/// <param name="NeedsTwo">Whether it takes two; null: as it was settled at the suspension.</param>
/// <param name="PersonSince">Since when the account is in the hands of the person who asks; null for who is no person, as a key.</param>
/// <param name="Validity">How long a request waits for the second operator.</param>
[GenerateSerializer, Alias("resume-terms"), Immutable]
public sealed record ResumeTerms([property: Id(0)] bool? NeedsTwo, [property: Id(1)] DateTimeOffset? PersonSince, [property: Id(2)] TimeSpan Validity);
