using System.Text.Json;
using System.Text.Json.Nodes;
using Platform.Abstractions.PersonalData;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tenancy;
using Platform.Grains.Storage;

namespace Platform.Grains.PersonalData;

/// <summary>Collects what is held of a person, a section at a step. Called by the export's own grain.</summary>
internal sealed class ExportSteps(TenantGrains grains, IEnumerable<IPersonalStore> stores, AuthoredThings authored)
{
    private const string Principal = "principal";
    private const string Authored = "authored";

    private readonly IPersonalStore[] _stores = [.. stores];

    public string[] All => [Principal, .. _stores.Select(store => store.Name), Authored];

    /// <summary>Null once the person is gone: then there is nothing to export any more.</summary>
    public async Task<Result<ExportState?>> RunAsync(string step, ExportState state, CancellationToken cancel)
    {
        if (await grains.For(state.Tenant).Get<IPrincipalGrain>(state.Principal).RecordAsync() is not { View: { } view } record)
        {
            return default(ExportState);
        }

        JsonNode content = step switch
        {
            Principal => Of(view, record.Provider),
            Authored => await authored.ReadAsync(state.Tenant, state.Principal, cancel),
            _ => await _stores.Single(store => string.Equals(store.Name, step, StringComparison.Ordinal)).ReadAsync(state.Tenant, state.Principal, cancel),
        };
        return state with { Sections = [.. state.Sections, new ExportedSection(step, JsonSerializer.Deserialize(content.ToJsonString(), GrainStateJson.Default.JsonElement))] };
    }

    /// <summary>Everything but who gave a role for a while: that is somebody else.</summary>
    private static JsonObject Of(PrincipalView view, string? provider)
    {
        var principal = JsonSerializer.SerializeToNode(view, GrainStateJson.Default.PrincipalView)!.AsObject();
        foreach (var elevation in principal["elevations"]?.AsArray() ?? [])
        {
            elevation!.AsObject().Remove("grantedBy");
        }

        principal["identityProvider"] = provider;
        return principal;
    }
}
