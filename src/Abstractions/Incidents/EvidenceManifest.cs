using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;

namespace Platform.Abstractions.Incidents;

/// <summary>What evidence speaks of.</summary>
public sealed record ExportEvidence
{
    /// <summary>Since when the trail is of interest; when the incident began, if left out.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Until when; now, if left out.</summary>
    public DateTimeOffset? To { get; init; }
}

public sealed class ExportEvidenceValidator : AbstractValidator<ExportEvidence>
{
    public ExportEvidenceValidator() => RuleFor(command => command.To).Must((command, to) => to is null || command.From is null || to > command.From).WithMessage("It ends after it begins.");
}

/// <summary>
/// What evidence says of itself; <c>evidence.json</c> in a bundle of the audit trail, whose seal covers all of it. The seal is by an audit key, so who can verify the trail can verify the rest.
/// </summary>
public sealed record EvidenceManifest
{
    /// <summary>Names of the files that evidence has beside those of the trail.</summary>
    public const string File = "evidence.json", IncidentFile = "incident.json", TimelineFile = "timeline.jsonl", SigningKeysFile = "signing-keys.json", TenantFile = "tenant.json";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        MaxDepth = 4,
    };

    /// <summary>Version of this form: 1.</summary>
    public required int V { get; init; }

    /// <summary>Id of the tenant; the bundle's own.</summary>
    public required string Tenant { get; init; }

    /// <summary>Id of the incident.</summary>
    public required string Incident { get; init; }

    /// <summary>What the exporter was interested in; the trail is whole all the same, because only a whole one can be verified.</summary>
    public required DateTimeOffset From { get; init; }

    public required DateTimeOffset To { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The principal who exported.</summary>
    public required string By { get; init; }

    /// <summary>SHA-256 of the settings of the process, without secrets (docs/incidents.md); hexadecimal.</summary>
    public required string Configuration { get; init; }

    /// <summary>SHA-256 of each of the other files beside the trail, by name; hexadecimal.</summary>
    public required SortedDictionary<string, string> Files { get; init; }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, Strict);

    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out EvidenceManifest? manifest)
    {
        manifest = null;
        try
        {
            manifest = JsonSerializer.Deserialize<EvidenceManifest>(bytes, Strict) is { V: 1 } read ? read : null;
        }
        catch (JsonException)
        {
            return false;
        }

        return manifest is not null;
    }
}
