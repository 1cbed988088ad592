using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Platform.Abstractions.Audit;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Api.Audit;

namespace Platform.Api.PersonalData;

/// <summary>
/// An export as a JSON file: what was collected, then the person's own events until then. Streamed: a page of events is in memory at a time. What goes wrong on the way ends the connection, and the
/// file is no JSON.
/// </summary>
internal sealed class PersonalBundle(TenantId tenant, string principal, PersonalExport export, TenantGrains grains) : IResult
{
    private const int Page = 1_000;

    private AuditFound? _page;

    /// <summary>Reads the first events; a problem when there is no search to be had.</summary>
    public async Task<Problem?> BeginAsync() => await NextAsync(null);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var cancel = httpContext.RequestAborted;
        var response = httpContext.Response;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentDisposition = $"attachment; filename=\"personal-data-{principal}.json\"";
        await using var writer = new Utf8JsonWriter(response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, 1);
        writer.WriteString("tenant"u8, tenant.ToString());
        writer.WriteString("principal"u8, principal);
        writer.WriteString("collectedAt"u8, export.CollectedAt);
        writer.WriteString("availableUntil"u8, export.ExpiresAt);
        writer.WriteStartObject("held"u8);
        foreach (var section in export.Sections)
        {
            writer.WritePropertyName(section.Name);
            writer.WriteRawValue(section.Json);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("auditEvents"u8);
        while (_page is { } page)
        {
            foreach (var found in page.Events)
            {
                PersonalEvent.Write(writer, AuditFiles.Record(found), principal);
            }

            await writer.FlushAsync(cancel);
            if (page.Next is null)
            {
                break;
            }

            if (await NextAsync(page.Next) is not null)
            {
                httpContext.Abort();
                return;
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        await writer.FlushAsync(cancel);
    }

    private async Task<Problem?> NextAsync(AuditPlace? after)
    {
        var found = await grains.For(tenant).Get<IAuditSearchGrain>(AuditEndpoints.Shard).FindAsync(new FindAuditEvents
        {
            Filter = new AuditFilter { Principal = principal, To = export.CollectedAt },
            OldestFirst = true,
            After = after,
            Count = Page,
        });
        return found.Try(out _page, out var refused) ? null : refused;
    }
}
