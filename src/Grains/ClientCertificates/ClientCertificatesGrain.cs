using System.Security.Cryptography;
using Platform.Abstractions.Changes;
using Platform.Abstractions.ClientCertificates;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Roles;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.ClientCertificates;

[GrainType("client-certificates")]
internal sealed class ClientCertificatesGrain(
    [PersistentState("client-certificates")] IPersistentState<ClientCertificateState> state,
    TenantGrains grains,
    TimeProvider clock) : Grain, IClientCertificatesGrain
{
    private const string IdLetters = "0123456789abcdefghijklmnopqrstuvwxyz";

    private TenantId Tenant => GrainContext.TenantOf();

    public async Task<Result<ClientCertificateView>> RegisterAsync(RegisterClientCertificate command, Caller caller)
    {
        var now = clock.GetUtcNow();
        if ((await grains.For(Tenant).Get<IPrincipalGrain>(command.Principal).GetAsync()).Problem is { } nobody)
        {
            return nobody;
        }

        if (state.State.Registrations.Length >= ClientCertificateView.Most)
        {
            return Problem.QuotaExceeded($"A tenant has at most {ClientCertificateView.Most} registrations; revoke one first.");
        }

        TrustedAuthority? authority = null;
        if (command.Authority is not null && !AuthorityOf(command, now).Try(out authority, out var unfit))
        {
            return unfit;
        }

        var view = new ClientCertificateView
        {
            Id = $"crt_{RandomNumberGenerator.GetString(IdLetters, 12)}",
            Name = command.Name.Trim(),
            Principal = command.Principal,
            Thumbprint = command.Thumbprint?.ToLowerInvariant(),
            Authority = authority?.Thumbprint,
            Subject = command.Subject,
            CreatedAt = now,
            CreatedBy = caller.NameIn(GrainContext.TenantOf()),
            ExpiresAt = command.ExpiresAt,
        };

        // One certificate is one principal's: with two it would be nobody's guess whose request it is.
        if (state.State.Registrations.Any(other => IsSame(other, view)))
        {
            return Problem.Conflict("This certificate or name is registered; revoke that registration first.");
        }

        await SaveAsync([view, .. state.State.Registrations], authority);
        return Shown(view);
    }

    public Task<ClientCertificateView[]> ListAsync() => Task.FromResult(Array.ConvertAll(state.State.Registrations, Shown));

    public async Task<Problem?> RevokeAsync(string id, Caller caller)
    {
        if (Find(id) is not { } view)
        {
            return Problem.NotFound("client certificate");
        }

        await SaveAsync([.. state.State.Registrations.Where(other => !ReferenceEquals(other, view))], authority: null);
        return null;
    }

    public async Task<Result<ClientCertificateView>> SetRevocationListAsync(string id, SetRevocationList command, Caller caller)
    {
        if (Find(id) is not { } view)
        {
            return Problem.NotFound("client certificate");
        }

        if (AuthorityOf(view) is not { } authority)
        {
            return Problem.Conflict("This registration names one certificate, which no authority revokes: revoke the registration.");
        }

        if (!AuthorityBook.WithList(authority, command.RevocationList, clock.GetUtcNow()).Try(out var newer, out var refused))
        {
            return refused;
        }

        await SaveAsync(state.State.Registrations, newer);
        return Shown(view);
    }

    public Task<CertificateTrust?> TrustAsync(long known) => Task.FromResult(known == state.State.Version
        ? null
        : new CertificateTrust { Version = state.State.Version, Registrations = state.State.Registrations, Authorities = state.State.Authorities });

    public async Task<Result<CertificateVerdict>> VerdictAsync(string id)
    {
        if (Find(id) is not { } view || view.ExpiresAt <= clock.GetUtcNow())
        {
            return Problem.Unauthenticated();
        }

        var own = grains.For(Tenant);
        if (!(await own.Get<IPrincipalGrain>(view.Principal).AccessAsync()).Try(out var access, out _)
            || !(await own.The<ITenantGrain>().GetAsync()).Try(out var tenant, out _))
        {
            return Problem.Unauthenticated();
        }

        return new CertificateVerdict { Tenant = Tenant, Registration = view.Id, Principal = access.Principal, Rules = access.Rules, RateLimit = tenant.RateLimit };
    }

    /// <summary>The authority of a command: as it is known already, with what the command adds to it.</summary>
    private Result<TrustedAuthority> AuthorityOf(RegisterClientCertificate command, DateTimeOffset now)
    {
        if (!AuthorityBook.Read(command.Authority!, now).Try(out var authority, out var unfit))
        {
            return unfit;
        }

        var known = Array.Find(state.State.Authorities, other => string.Equals(other.Thumbprint, authority.Thumbprint, StringComparison.Ordinal));
        if (known is null && state.State.Authorities.Length >= AuthorityBook.Most)
        {
            return Problem.QuotaExceeded($"A tenant names at most {AuthorityBook.Most} authorities; revoke the registrations of one first.");
        }

        if (known is null && Array.Find(state.State.Lists, list => string.Equals(list.Authority, authority.Thumbprint, StringComparison.Ordinal)) is { } before)
        {
            return AuthorityBook.Again(authority, command.RevocationList, before, now);
        }

        return command.RevocationList is null ? known ?? authority : AuthorityBook.WithList(known ?? authority, command.RevocationList, now);
    }

    private TrustedAuthority? AuthorityOf(ClientCertificateView view) =>
        Array.Find(state.State.Authorities, authority => string.Equals(authority.Thumbprint, view.Authority, StringComparison.Ordinal));

    private ClientCertificateView? Find(string id) => Array.Find(state.State.Registrations, view => string.Equals(view.Id, id, StringComparison.Ordinal));

    private ClientCertificateView Shown(ClientCertificateView view) => view with { RevocationListUntil = AuthorityBook.FreshUntil(AuthorityOf(view)) };

    private static bool IsSame(ClientCertificateView one, ClientCertificateView other) =>
        string.Equals(one.Thumbprint, other.Thumbprint, StringComparison.Ordinal)
        && string.Equals(one.Authority, other.Authority, StringComparison.Ordinal)
        && one.Subject == other.Subject;

    /// <param name="registrations">All that there are from now on.</param>
    /// <param name="authority">One that is new, or changed.</param>
    private async Task SaveAsync(ClientCertificateView[] registrations, TrustedAuthority? authority)
    {
        var others = state.State.Authorities.Where(other => authority is null || !string.Equals(other.Thumbprint, authority.Thumbprint, StringComparison.Ordinal));
        var all = (authority is null ? others : others.Append(authority)).ToLookup(one => registrations.Any(view => string.Equals(view.Authority, one.Thumbprint, StringComparison.Ordinal)));
        await state.SaveAsync(new ClientCertificateState
        {
            Version = state.State.Version + 1,
            Registrations = registrations,
            Authorities = [.. all[true]],
            Lists = AuthorityBook.Remember(state.State.Lists, all[false]),
        });
        await grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(new Change(Tenant, ChangeKind.Principal, "client-certificates"));
    }
}
