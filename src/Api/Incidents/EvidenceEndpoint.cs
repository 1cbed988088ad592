using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Problems;
using Platform.Abstractions.SigningKeys;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;
using Platform.Api.Management;
using Platform.Api.Tenants;

namespace Platform.Api.Incidents;

/// <summary>
/// Exports the evidence of an incident (IR-3): the signed bundle of the tenant's trail, with the incident, its timeline, the public parts of its signing keys, the tenant as it stands and the hash
/// of the configuration inside, all under the one seal. <c>platform audit verify</c> judges it without us.
/// </summary>
internal static class EvidenceEndpoint
{
    public static void MapEvidence(this IEndpointRouteBuilder v1)
    {
        const string route = $"/incidents/{{{IncidentRoute.Parameter}}}:exportEvidence";
        v1.MapPost($"/tenants/{{tenant}}{route}", Export).Needs("incidents/export-evidence", "incidents", "write").WhileReadOnly().Validate<ExportEvidence>()
            .AnswersBytes("Exports the evidence of an incident as a signed bundle.", "application/zip");
        v1.MapPost($"/platform{route}", Export).Needs("platform-incidents/export-evidence", "platform-incidents", "write").OfThePlatform().Validate<ExportEvidence>()
            .AnswersBytes("Exports the evidence of an incident as a signed bundle.", "application/zip");
    }

    private static async Task<IResult> Export(
        IncidentRoute route, ExportEvidence command, ManagementExchange exchange, TenantGrains grains, TimeProvider clock, IOptions<ApiOptions> options, IOptions<JsonOptions> json)
    {
        if (!route.Owner.Try(out var owner, out var refused))
        {
            return Answer.Refused(refused);
        }

        // The trail is read through it, so it takes the permission for that too.
        if (!exchange.Permissions.AllowsAll(AuditRead))
        {
            return Answer.Refused(Problem.PermissionDenied(AuditRead.Text));
        }

        if (exchange.Once is not null)
        {
            return Answer.Refused(Problem.InvalidParams("Evidence is made anew each time; leave out Idempotency-Key."));
        }

        // Noted first: the timeline that is exported tells of the export.
        var grain = grains.For(owner).Get<IIncidentGrain>(route.Id);
        var now = clock.GetUtcNow();
        await grain.RecordAsync(new IncidentFact(exchange.Entry.Id, TimelineKind.Evidence, now, exchange.Caller.NameIn(owner), exchange.Entry.Action, route.Id, "ok"));
        if (!(await grain.GetAsync()).Try(out var incident, out refused))
        {
            return Answer.Refused(refused);
        }

        var (from, to) = (command.From ?? incident.StartedAt, command.To ?? now);
        if (to <= from)
        {
            return Answer.Refused(Problem.Invalid([new FieldError("to", "It ends after it begins.")]));
        }

        var files = await FilesAsync(owner, incident, grains, json.Value.SerializerOptions);
        var manifest = new EvidenceManifest
        {
            V = 1,
            Tenant = owner.ToString(),
            Incident = incident.Id,
            From = from,
            To = to,
            At = now,
            By = exchange.Caller.NameIn(owner),
            Configuration = options.Value.ConfigurationHash,
            Files = new SortedDictionary<string, string>(files.ToDictionary(file => file.Name, file => Convert.ToHexStringLower(SHA256.HashData(file.Content)), StringComparer.Ordinal), StringComparer.Ordinal),
        };
        return await AuditEndpoints.BundleAsync(owner, grains, $"evidence-{incident.Id}.zip", [.. files, new BundleAttachment(EvidenceManifest.File, manifest.Write())]);
    }

    private static async Task<IReadOnlyList<BundleAttachment>> FilesAsync(TenantId owner, IncidentView incident, TenantGrains grains, JsonSerializerOptions json)
    {
        var own = grains.For(owner);
        var timeline = new MemoryStream();
        foreach (var entry in await own.Get<IIncidentGrain>(incident.Id).TimelineAsync(0, IncidentRules.MaxEntries))
        {
            timeline.Write(JsonSerializer.SerializeToUtf8Bytes(entry, json));
            timeline.Write("\n"u8);
        }

        List<BundleAttachment> files =
        [
            new(EvidenceManifest.IncidentFile, JsonSerializer.SerializeToUtf8Bytes(incident, json)),
            new(EvidenceManifest.TimelineFile, timeline.ToArray()),
            new(EvidenceManifest.SigningKeysFile, JsonSerializer.SerializeToUtf8Bytes(await own.The<IKeyRingGrain>().ListAsync(), json)),
        ];
        if (owner != TenantId.Platform && (await own.The<ITenantGrain>().GetAsync()).Try(out var tenant, out _))
        {
            files.Add(new BundleAttachment(EvidenceManifest.TenantFile, JsonSerializer.SerializeToUtf8Bytes(tenant, json)));
        }

        return files;
    }

    private static readonly Permission AuditRead = Permission.Parse("audit:read");
}
