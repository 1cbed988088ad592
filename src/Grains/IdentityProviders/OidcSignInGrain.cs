using System.Security.Cryptography;
using Platform.Abstractions.IdentityProviders;
using Platform.Abstractions.Problems;

namespace Platform.Grains.IdentityProviders;

[GrainType("oidc-sign-in")]
internal sealed class OidcSignInGrain(TimeProvider clock) : Grain, IOidcSignInGrain
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private OidcTicket? _ticket;
    private DateTimeOffset _until;

    public Task<Problem?> OpenAsync(OidcTicket ticket)
    {
        if (_ticket is not null || ticket.BindingHash.Length != SHA256.HashSizeInBytes)
        {
            return Task.FromResult<Problem?>(Problem.Conflict("The sign-in exists."));
        }

        (_ticket, _until) = (ticket, clock.GetUtcNow() + Life);
        this.RegisterGrainTimer(ForgetAsync, new GrainTimerCreationOptions { DueTime = Life, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        DelayDeactivation(Life);
        return Task.FromResult<Problem?>(null);
    }

    public Task<OidcTicket?> TakeAsync(byte[] bindingHash)
    {
        var taken = _ticket is { } ticket && clock.GetUtcNow() < _until && CryptographicOperations.FixedTimeEquals(ticket.BindingHash, bindingHash) ? ticket : null;
        _ticket = null;

        // Also for a state that somebody made up: it must not stay in memory.
        DeactivateOnIdle();
        return Task.FromResult(taken);
    }

    private Task ForgetAsync(CancellationToken cancel)
    {
        _ticket = null;
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
