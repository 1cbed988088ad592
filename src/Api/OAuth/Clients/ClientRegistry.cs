using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using Platform.Abstractions.Identity;
using Platform.Abstractions.OAuth;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Tokens;
using Platform.Api.Authentication.Tokens;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Platform.Api.OAuth.Clients;

/// <summary>The clients of the tenant in scope.</summary>
internal sealed class ClientRegistry(OAuthTenant tenant, IOpenIddictApplicationManager applications, ITokenRevocation revocations, TimeProvider clock)
{
    /// <summary>Most clients that a tenant registers; those known by their documents count apart.</summary>
    public const int MaxClients = 1_000;

    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const string Lower = "0123456789abcdefghijklmnopqrstuvwxyz";

    public async ValueTask<Result<OAuthClientIssued>> CreateAsync(CreateOAuthClient command, string createdBy, CancellationToken cancel)
    {
        if ((await ClientCensus.TakeAsync(applications, createdBy, cancel)).Registered >= MaxClients)
        {
            return Problem.QuotaExceeded($"A tenant has at most {MaxClients} OAuth clients; delete some.");
        }

        JsonWebKeySet? keys = null;
        if (command.Jwks is not null && !ClientKeys.TryRead(command.Jwks, out keys))
        {
            return Problem.Invalid([new FieldError("jwks", "Write a JSON Web Key set of public RSA (2048 bits or more) or P-256 keys.")]);
        }

        var secret = command.Kind == OAuthClientKind.Confidential && keys is null ? NewSecret() : null;
        var descriptor = Describe("oc_" + RandomNumberGenerator.GetString(Lower, 20), command.Name, command.Kind, command.RedirectUris, command.Principal is not null);
        descriptor.ClientSecret = secret;
        descriptor.JsonWebKeySet = keys;
        var profile = new ClientProfile { Principal = command.Principal, Scopes = command.Scopes, DefaultResource = command.DefaultResource, CreatedAt = clock.GetUtcNow(), CreatedBy = createdBy };
        profile.WriteTo(descriptor);
        var made = await applications.CreateAsync(descriptor, cancel);
        return new OAuthClientIssued(await ViewAsync(made, cancel), secret);
    }

    /// <summary>One more than the page, by client id.</summary>
    public async ValueTask<List<OAuthClientView>> ListAsync(CancellationToken cancel)
    {
        var clients = new List<OAuthClientView>();
        await foreach (var application in applications.ListAsync(MaxClients * 2, 0, cancel))
        {
            clients.Add(await ViewAsync(application, cancel));
        }

        clients.Sort(static (a, b) => string.CompareOrdinal(a.Id, b.Id));
        return clients;
    }

    public async ValueTask<Result<OAuthClientView>> GetAsync(string id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { } application ? await ViewAsync(application, cancel) : Problem.NotFound("OAuth client");

    /// <summary>Other settings for a client that is what was read; its secret and its keys stay, and so do the tokens that it has.</summary>
    public async ValueTask<Result<OAuthClientView>> ChangeAsync(OAuthClientView known, OAuthClientSettings settings, CancellationToken cancel)
    {
        if (known.FromMetadata)
        {
            return Problem.Conflict("This client describes itself: change the document at its id.");
        }

        if (settings.RedirectUris.Length == 0 && known.Principal is null)
        {
            return Problem.Invalid([new FieldError("redirectUris", CreateOAuthClientValidator.NobodyToActFor)]);
        }

        if (await FindAsync(known.Id, cancel) is not { } application)
        {
            return Problem.NotFound("OAuth client");
        }

        var descriptor = new OpenIddictApplicationDescriptor();
        await applications.PopulateAsync(descriptor, application, cancel);
        var wanted = Describe(known.Id, settings.Name!, known.Kind, settings.RedirectUris, known.Principal is not null);
        descriptor.DisplayName = wanted.DisplayName;
        descriptor.RedirectUris.Clear();
        descriptor.RedirectUris.UnionWith(wanted.RedirectUris);
        descriptor.Permissions.Clear();
        descriptor.Permissions.UnionWith(wanted.Permissions);
        try
        {
            await applications.UpdateAsync(application, descriptor, cancel);
        }
        catch (OpenIddictExceptions.ConcurrencyException)
        {
            // The row is the one that was judged in this request; somebody wrote it since.
            return Problem.PreconditionFailed();
        }

        return await ViewAsync(application, cancel);
    }

    /// <summary>Removes it with everything it was given: its tokens stop working.</summary>
    public async ValueTask<Problem?> DeleteAsync(string id, Caller caller, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } application)
        {
            return Problem.NotFound("OAuth client");
        }

        // The gates first: what they cannot be told of is not deleted.
        if (await revocations.RevokeAsync(RevokedKind.Client, TokenRevocation.ClientKey(id), caller with { Tenant = tenant.Id }) is { } refused)
        {
            return refused;
        }

        await applications.DeleteAsync(application, cancel);
        return null;
    }

    /// <summary>A new secret; the old one stops working at once.</summary>
    public async ValueTask<Result<OAuthClientIssued>> RotateAsync(string id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } application)
        {
            return Problem.NotFound("OAuth client");
        }

        if (!await applications.HasClientTypeAsync(application, ClientTypes.Confidential, cancel) || await applications.GetJsonWebKeySetAsync(application, cancel) is not null)
        {
            return Problem.Conflict("This client has no secret.");
        }

        var secret = NewSecret();
        await applications.UpdateAsync(application, secret, cancel);
        return new OAuthClientIssued(await ViewAsync(application, cancel), secret);
    }

    /// <summary>Gives every confidential client a secret that nobody knows, in place of its own or of its keys; they stay registered.</summary>
    /// <returns>How many there are.</returns>
    public async ValueTask<int> RevokeSecretsAsync(CancellationToken cancel)
    {
        var confidential = new List<object>();
        await foreach (var application in applications.ListAsync(MaxClients * 2, 0, cancel))
        {
            if (await applications.HasClientTypeAsync(application, ClientTypes.Confidential, cancel))
            {
                confidential.Add(application);
            }
        }

        foreach (var application in confidential)
        {
            var descriptor = new OpenIddictApplicationDescriptor();
            await applications.PopulateAsync(descriptor, application, cancel);
            (descriptor.JsonWebKeySet, descriptor.ClientSecret) = (null, NewSecret());
            await applications.UpdateAsync(application, descriptor, cancel);
        }

        return confidential.Count;
    }

    public async ValueTask<OAuthClientView> ViewAsync(object application, CancellationToken cancel)
    {
        var profile = await ClientProfile.ReadAsync(applications, application, cancel);
        return new OAuthClientView
        {
            Id = await applications.GetClientIdAsync(application, cancel) ?? "",
            Name = await applications.GetDisplayNameAsync(application, cancel) ?? "",
            Kind = await applications.HasClientTypeAsync(application, ClientTypes.Confidential, cancel) ? OAuthClientKind.Confidential : OAuthClientKind.Public,
            RedirectUris = [.. await applications.GetRedirectUrisAsync(application, cancel)],
            Principal = profile.Principal,
            Scopes = profile.Scopes,
            DefaultResource = profile.DefaultResource,
            FromMetadata = profile.IsFromMetadata,
            CreatedAt = profile.CreatedAt,
            CreatedBy = profile.CreatedBy,
        };
    }

    /// <summary>What a client of this kind may do at all.</summary>
    public static OpenIddictApplicationDescriptor Describe(string id, string name, OAuthClientKind kind, IEnumerable<string> redirects, bool actsForItself)
    {
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = id,
            DisplayName = name,
            ClientType = kind == OAuthClientKind.Confidential ? ClientTypes.Confidential : ClientTypes.Public,
            ConsentType = ConsentTypes.Explicit,

            // Only a native client's loopback URI stands for every port.
            ApplicationType = kind == OAuthClientKind.Public ? ApplicationTypes.Native : ApplicationTypes.Web,
        };
        descriptor.Permissions.UnionWith([Permissions.Endpoints.Token, Permissions.Endpoints.Revocation]);
        foreach (var uri in redirects)
        {
            descriptor.RedirectUris.Add(new Uri(uri, UriKind.Absolute));
        }

        if (descriptor.RedirectUris.Count > 0)
        {
            descriptor.Permissions.UnionWith(
                [Permissions.Endpoints.Authorization, Permissions.GrantTypes.AuthorizationCode, Permissions.GrantTypes.RefreshToken, Permissions.ResponseTypes.Code]);
        }

        if (kind == OAuthClientKind.Confidential)
        {
            descriptor.Permissions.Add(Permissions.Endpoints.Introspection);
        }

        if (actsForItself)
        {
            descriptor.Permissions.Add(Permissions.GrantTypes.ClientCredentials);
        }

        return descriptor;
    }

    // An id is looked up as it is: what is too long or has characters that none has costs no query.
    private async ValueTask<object?> FindAsync(string id, CancellationToken cancel) =>
        id.Length is > 0 and <= 2_048 && !id.AsSpan().ContainsAnyExceptInRange('!', '~') ? await applications.FindByClientIdAsync(id, cancel) : null;

    private static string NewSecret() => "mcpo_" + RandomNumberGenerator.GetString(Base62, 43);
}
