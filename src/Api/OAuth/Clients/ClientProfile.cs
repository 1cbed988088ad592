using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using OpenIddict.Abstractions;

namespace Platform.Api.OAuth.Clients;

/// <summary>What we know of a client beyond OpenIddict's columns; one property of its row.</summary>
internal sealed record ClientProfile
{
    private const string Property = "profile";

    /// <summary>The service it is when it acts for itself.</summary>
    public string? Principal { get; init; }

    /// <summary>The only scopes it may ask for; null for any.</summary>
    public string[]? Scopes { get; init; }

    /// <summary>Naming no resource means the tenant's MCP URL.</summary>
    public bool DefaultResource { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public string? CreatedBy { get; init; }

    /// <summary>Until when its metadata document counts as read; null for a client that was registered here.</summary>
    public DateTimeOffset? FreshUntil { get; init; }

    [JsonIgnore]
    public bool IsFromMetadata => FreshUntil is not null;

    public static async ValueTask<ClientProfile> ReadAsync(IOpenIddictApplicationManager applications, object application, CancellationToken cancel) =>
        (await applications.GetPropertiesAsync(application, cancel)).TryGetValue(Property, out var json)
            ? json.Deserialize(ClientProfileJson.Default.ClientProfile) ?? new ClientProfile()
            : new ClientProfile();

    public void WriteTo(OpenIddictApplicationDescriptor descriptor) =>
        descriptor.Properties[Property] = JsonSerializer.SerializeToElement(this, ClientProfileJson.Default.ClientProfile);
}

[JsonSerializable(typeof(ClientProfile))]
internal sealed partial class ClientProfileJson : JsonSerializerContext;
