using System.Text.Json.Nodes;
using Platform.Abstractions.Alerts;
using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.HttpsResources;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Incidents;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Webhooks;

namespace Platform.Grains.PersonalData;

/// <summary>
/// Where the tenant's own things name a person as who made, changed or resolved them: the thing's name, when, and as what; of the notes of incidents, what the person wrote. These things are the
/// tenant's and stay; all that they have of a person is the id.
/// </summary>
internal sealed class AuthoredThings(TenantGrains grains)
{
    private const int Page = 200;

    public async ValueTask<JsonArray> ReadAsync(TenantId tenant, string principal, CancellationToken cancel)
    {
        var found = new JsonArray();
        var own = grains.For(tenant);
        foreach (var role in await own.The<IRoleBookGrain>().ListAsync())
        {
            Note("role", role.Name, "changed", role.ChangedBy, role.ChangedAt);
        }

        foreach (var provider in await own.The<IIdentityProviderBookGrain>().ListAsync())
        {
            Note("identity-provider", provider.Id, "created", provider.CreatedBy, provider.CreatedAt);
            Note("identity-provider", provider.Id, "changed", provider.ChangedBy, provider.ChangedAt);
        }

        foreach (var certificate in await own.The<IClientCertificatesGrain>().ListAsync())
        {
            Note("client-certificate", certificate.Id, "created", certificate.CreatedBy, certificate.CreatedAt);
        }

        foreach (var host in await own.The<IHttpsHostBookGrain>().ListAsync())
        {
            Note("https-host", host.Host, "changed", host.ChangedBy, host.ChangedAt);
        }

        foreach (var webhook in await own.The<IWebhookIndexGrain>().ListAsync())
        {
            Note("webhook", webhook.Id, "created", webhook.CreatedBy, webhook.CreatedAt);
            Note("webhook", webhook.Id, "changed", webhook.ChangedBy, webhook.ChangedAt);
        }

        foreach (var rule in await own.The<IAlertRuleGrain>().ListAsync())
        {
            Note("alert-rule", rule.Name, "changed", rule.ChangedBy, rule.ChangedAt);
            Note("alert-rule", rule.Name, "silenced", rule.Silence?.By, rule.Silence?.Until, rule.Silence?.Reason);
        }

        await AlertsAsync();
        await IncidentsAsync();
        return found;

        void Note(string kind, string name, string capacity, string? by, DateTimeOffset? at, string? text = null)
        {
            if (string.Equals(by, principal, StringComparison.Ordinal))
            {
                found.Add((JsonNode)new JsonObject { ["kind"] = kind, ["name"] = name, ["as"] = capacity, ["at"] = at, ["text"] = text });
            }
        }

        async Task AlertsAsync()
        {
            long? before = null;
            while (await own.The<IAlertRuleGrain>().AlertsAsync(null, before, Page) is { Length: > 0 } alerts)
            {
                foreach (var alert in alerts)
                {
                    Note("alert", alert.Id, "resolved", alert.ResolvedBy, alert.ResolvedAt);
                }

                before = alerts[^1].Number;
            }
        }

        async Task IncidentsAsync()
        {
            string? after = null;
            while (await own.The<IIncidentIndexGrain>().PageAsync(new IncidentFilter(null, null, null), after, Page) is { Length: > 0 } incidents)
            {
                foreach (var incident in incidents)
                {
                    cancel.ThrowIfCancellationRequested();
                    await IncidentAsync(incident.Id);
                }

                after = incidents[^1].Id;
            }
        }

        async Task IncidentAsync(string id)
        {
            var grain = own.Get<IIncidentGrain>(id);
            if (!(await grain.GetAsync()).Try(out var incident, out _))
            {
                return;
            }

            Note("incident", id, "opened", incident.OpenedBy, incident.OpenedAt);
            Note("incident", id, "closed", incident.ClosedBy, incident.ClosedAt);
            Note("incident", id, "owns", incident.Owner, null);
            var last = 0;
            while (await grain.TimelineAsync(last, Page) is { Length: > 0 } entries)
            {
                foreach (var entry in entries)
                {
                    Note("incident", id, "timeline", entry.By, entry.At, entry.Kind == TimelineKind.Note ? entry.Text : null);
                }

                last = entries[^1].Number;
            }
        }
    }
}
