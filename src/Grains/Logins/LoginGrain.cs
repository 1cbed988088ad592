using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Platform.Abstractions.Changes;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Logins;
using Platform.Abstractions.Principals;
using Platform.Abstractions.Problems;
using Platform.Abstractions.Sessions;
using Platform.Abstractions.Tenancy;
using Platform.Abstractions.Tenants;
using Platform.Abstractions.Tokens;
using Platform.Grains.Secrets;
using Platform.Grains.Storage;
using Platform.Grains.Tenancy;

namespace Platform.Grains.Logins;

[GrainType("login")]
internal sealed partial class LoginGrain(
    [PersistentState("login")] IPersistentState<LoginState> state,
    PasswordWork passwords,
    CredentialHasher hasher,
    FactorSealer sealer,
    TenantGrains grains,
    TimeProvider clock,
    ILogger<LoginGrain> logger) : Grain, ILoginGrain
{
    private static readonly TimeSpan InvitationLife = TimeSpan.FromHours(72);
    private static readonly TimeSpan EnrolmentLife = TimeSpan.FromMinutes(10);

    private string Principal => GrainContext.RestOf();

    private TenantGrains.Scoped Own => grains.For(GrainContext.TenantOf());

    /// <summary>Takes over what a principal's own state held before there were logins. Saved here first: cut short, it is done again.</summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var principal = Own.Get<IPrincipalGrain>(Principal);
        if (await principal.FormerLoginAsync() is not { } former)
        {
            return;
        }

        if (!state.RecordExists)
        {
            await state.SaveAsync(new LoginState { PasswordHash = former.PasswordHash, SecretHash = former.BootstrapHash });
        }

        await principal.ForgetFormerLoginAsync();
    }

    public Task<LoginView> GetAsync() => Task.FromResult(state.State.View(clock.GetUtcNow()));

    public Task<DateTimeOffset?> SecretUsedAtAsync() => Task.FromResult(state.State.SecretUsedAt);

    public Task<int> GenerationAsync() => Task.FromResult(state.State.Generation);

    public async Task<Problem?> JudgeAsync(LoginVerdict verdict)
    {
        if (verdict.Generation != state.State.Generation || !(await Own.Get<IPrincipalGrain>(Principal).AccessAsync()).Try(out var access, out _))
        {
            return Problem.Unauthenticated();
        }

        return !verdict.SecondFactor && SecondFactorNeed.IsAsked((await Own.The<ILoginPolicyGrain>().EffectiveAsync()).SecondFactor, access.Rules)
            ? Problem.SecondFactorRequired()
            : null;
    }

    public async Task<Result<LoginVerdict>> VerifyAsync(LoginProof proof)
    {
        if (!await HasPasswordAsync(proof.Password))
        {
            ForgetWhoIsNobody();
            return Wrong();
        }

        if (state.State.Factor is null)
        {
            return new LoginVerdict(SecondFactor: false, state.State.Generation);
        }

        return string.IsNullOrWhiteSpace(proof.Code) ? Problem.SecondFactorRequired()
            : await TakeCodeAsync(proof.Code) ? new LoginVerdict(SecondFactor: true, state.State.Generation)
            : Wrong();
    }

    public async Task<Result<LoginSecret>> IssueSecretAsync(IssueLoginSecret command, Caller caller)
    {
        if (!(await Own.Get<IPrincipalGrain>(Principal).GetAsync()).Try(out var principal, out var missing))
        {
            ForgetWhoIsNobody();
            return missing;
        }

        if (principal.Kind != PrincipalKind.User || principal.Blocked || PrincipalId.IsExternal(principal.Id))
        {
            return Problem.Conflict("Only a user who is not blocked signs in with a password.");
        }

        var bootstrap = command.Kind == LoginSecretKind.Bootstrap;
        if (bootstrap && state.State.PasswordHash is not null)
        {
            return Problem.Conflict("A password is set; sign in with it.");
        }

        var secret = (bootstrap ? "boot_" : "mcpi_") + RandomNumberGenerator.GetString("23456789abcdefghjkmnpqrstuvwxyz", 32);
        DateTimeOffset? expires = bootstrap ? null : clock.GetUtcNow() + InvitationLife;
        await state.SaveAsync(state.State with
        {
            SecretHash = hasher.Hash("bootstrap", secret),
            SecretIssuedAt = clock.GetUtcNow(),
            SecretExpiresAt = expires,
            SecretResetsFactor = command.ResetSecondFactor,
            PasswordHash = command.EndAccess ? null : state.State.PasswordHash,
            PasswordSetAt = command.EndAccess ? null : state.State.PasswordSetAt,
        });
        if (command.EndAccess)
        {
            await EndSessionsAsync(caller);
        }

        if (state.State.PasswordHash is null && !bootstrap)
        {
            await TellInvitedAsync(expires);
        }

        return new LoginSecret(secret, expires);
    }

    public async Task<Result<LoginVerdict>> UseSecretAsync(UseLoginSecret command)
    {
        // Compared for whoever has none too.
        var matches = hasher.Matches("bootstrap", command.Secret, state.State.SecretHash ?? new byte[32]);
        if (!matches || state.State.SecretHash is null || state.State.SecretExpiresAt <= clock.GetUtcNow() || !await IsUserAsync())
        {
            ForgetWhoIsNobody();
            return WrongSecret();
        }

        if (await ShutAsync() is { } shut)
        {
            return shut;
        }

        var resets = state.State.SecretResetsFactor;
        var proved = false;
        if (state.State.Factor is not null && !resets)
        {
            if (string.IsNullOrWhiteSpace(command.Code))
            {
                return Problem.SecondFactorRequired();
            }

            if (!await TakeCodeAsync(command.Code))
            {
                return WrongSecret();
            }

            proved = true;
        }

        var next = (resets ? state.State.WithoutFactor() : state.State).WithoutSecret() with { SecretUsedAt = clock.GetUtcNow() };
        return await SetPasswordAsync(next, command.Password, proved);
    }

    public async Task<Result<LoginVerdict>> ChangePasswordAsync(ChangePassword command, Caller caller) =>
        await HasPasswordAsync(command.OldPassword)
            ? await SetPasswordAsync(state.State.WithoutSecret(), command.NewPassword, state.State.Factor is not null)
            : WrongPassword("oldPassword");

    public async Task<Result<TotpEnrolment>> EnrolTotpAsync(EnrolTotp command, Caller caller)
    {
        if (!await HasPasswordAsync(command.Password))
        {
            return WrongPassword();
        }

        if (state.State.Factor is not null)
        {
            return Problem.Conflict("An authenticator is set up. Disable it first.");
        }

        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        var until = clock.GetUtcNow() + EnrolmentLife;
        await state.SaveAsync(state.State with { PendingFactor = sealer.Seal(GrainContext.TenantOf(), Principal, secret), PendingUntil = until });
        var account = await AccountAsync();
        return new TotpEnrolment(Totp.Text(secret), Totp.UriOf(secret, "MoCoPr", account), until);
    }

    public async Task<Result<TotpConfirmed>> ConfirmTotpAsync(ConfirmTotp command, Caller caller)
    {
        if (state.State.Factor is not null || state.State.PendingFactor is not { } pending || state.State.PendingUntil <= clock.GetUtcNow())
        {
            return Problem.Conflict("No authenticator waits to be confirmed. Begin again.");
        }

        if (!Totp.TryVerify(sealer.Open(GrainContext.TenantOf(), Principal, pending), command.Code.Trim(), clock.GetUtcNow(), 0, out var step))
        {
            return Problem.Invalid([new FieldError("code", "This is not the code that the authenticator shows now. Check the clock of the device.")]);
        }

        var codes = RecoveryCodes.Make();
        await state.SaveAsync(state.State with
        {
            Factor = pending,
            FactorStep = step,
            PendingFactor = null,
            PendingUntil = null,
            RecoveryHashes = [.. codes.Select(code => HashOf(RecoveryCodes.Normalize(code)!))],
        });
        await EndSessionsAsync(caller);
        return new TotpConfirmed(codes, new LoginVerdict(SecondFactor: true, state.State.Generation));
    }

    public async Task<Result<LoginVerdict>> DisableTotpAsync(DisableTotp command, Caller caller)
    {
        if (!await HasPasswordAsync(command.Password))
        {
            return WrongPassword();
        }

        if (state.State.Factor is null)
        {
            return Problem.Conflict("No authenticator is set up.");
        }

        if (!await TakeCodeAsync(command.Code))
        {
            return Problem.Invalid([new FieldError("code", "The code is wrong, or was used.")]);
        }

        await state.SaveAsync(state.State.WithoutFactor());
        await EndSessionsAsync(caller);
        return new LoginVerdict(SecondFactor: false, state.State.Generation);
    }

    public async Task<int> EndSessionsAsync(Caller caller)
    {
        // The number decides; taking the rows away only keeps lists short. A session that is being opened meanwhile has the old number.
        await state.SaveAsync(state.State with { Generation = state.State.Generation + 1 });
        var ended = 0;
        string? after = null;
        while (await Own.The<ISessionListGrain>().PageAsync(Principal, after, 200) is { Length: > 0 } open)
        {
            foreach (var entry in open)
            {
                await Own.Get<IConsoleSessionGrain>(entry.Id).CloseAsync();
                ended++;
            }

            after = open[^1].Id;
        }

        // Access tokens that came of these sign-ins, too; refresh tokens carry the number. The list that keeps them may be full: then they last their hour, and sessions have ended all the same.
        await Own.The<ITokenRevocationGrain>().RevokeAsync(RevokedKind.Principal, Principal, caller);
        var change = new Change(GrainContext.TenantOf(), ChangeKind.Session, Principal);
        await grains.Platform.Get<IChangeFeedGrain>("changes").PublishAsync(change);
        return ended;
    }

    public async Task EraseAsync(Caller caller)
    {
        // The number stays: a session that a lost write left behind must not become good again.
        await state.SaveAsync(new LoginState { Generation = state.State.Generation });
        await EndSessionsAsync(caller);
    }

    /// <summary>Why the tenant lets nobody in by a secret that is right: what was contained must not be got around by an invitation from before.</summary>
    private async Task<Problem?> ShutAsync()
    {
        if (GrainContext.TenantOf() == TenantId.Platform)
        {
            return null;
        }

        return !(await Own.The<ITenantGrain>().GetAsync()).Try(out var tenant, out _) ? WrongSecret()
            : tenant.CredentialsRevokedAt is { } revoked && !(state.State.SecretIssuedAt > revoked) ? WrongSecret()
            : tenant.Status != TenantStatus.Active ? Problem.TenantSuspended()
            : null;
    }

    private async Task<Result<LoginVerdict>> SetPasswordAsync(LoginState next, string password, bool secondFactor)
    {
        var hash = await passwords.HashAsync(password);
        await state.SaveAsync(next with { PasswordHash = hash, PasswordSetAt = clock.GetUtcNow() });
        await EndSessionsAsync(new Caller(GrainContext.TenantOf(), Principal, "login"));
        await TellInvitedAsync(null);
        return new LoginVerdict(secondFactor, state.State.Generation);
    }

    /// <summary>For lists of members only: what was saved here stands, and a secret that was issued is given out, whether or not it goes through.</summary>
    private async Task TellInvitedAsync(DateTimeOffset? until)
    {
        try
        {
            await Own.Get<IPrincipalGrain>(Principal).InvitedAsync(until);
        }
        catch (Exception failure)
        {
            Log.InvitedNotTold(logger, failure, Principal);
        }
    }

    /// <summary>Does the same work for everybody: one derivation and one question to the principal.</summary>
    private async Task<bool> HasPasswordAsync(string password)
    {
        var (matches, outdated) = await passwords.VerifyAsync(state.State.PasswordHash, password);
        var isUser = await IsUserAsync();
        if (!matches || !isUser)
        {
            return false;
        }

        if (outdated)
        {
            var renewed = await passwords.HashAsync(password);
            await state.SaveAsync(state.State with { PasswordHash = renewed });
        }

        return true;
    }

    private async Task<bool> IsUserAsync() =>
        (await Own.Get<IPrincipalGrain>(Principal).GetAsync()).Try(out var principal, out _) && principal is { Kind: PrincipalKind.User, Blocked: false };

    /// <summary>Uses a code up before anybody is told that it was good.</summary>
    private async Task<bool> TakeCodeAsync(string typed)
    {
        if (state.State.Factor is not { } sealedFactor)
        {
            return false;
        }

        var code = typed.Trim();
        if (Totp.TryVerify(sealer.Open(GrainContext.TenantOf(), Principal, sealedFactor), code, clock.GetUtcNow(), state.State.FactorStep, out var step))
        {
            await state.SaveAsync(state.State with { FactorStep = step });
            return true;
        }

        if (RecoveryCodes.Normalize(code) is not { } recovery)
        {
            return false;
        }

        var hash = HashOf(recovery);
        var left = Array.FindAll(state.State.RecoveryHashes, stored => !CryptographicOperations.FixedTimeEquals(stored, hash));
        if (left.Length == state.State.RecoveryHashes.Length)
        {
            return false;
        }

        await state.SaveAsync(state.State with { RecoveryHashes = left });
        return true;
    }

    private byte[] HashOf(string recovery) => hasher.Hash("recovery", $"{GrainContext.TenantOf()}/{Principal}/{recovery}");

    private async Task<string> AccountAsync()
    {
        var name = Principal.StartsWith("usr_", StringComparison.Ordinal) ? Principal[4..] : Principal;
        return GrainContext.TenantOf() != TenantId.Platform && (await Own.The<ITenantGrain>().GetAsync()).Try(out var tenant, out _) ? $"{name}@{tenant.Slug}" : name;
    }

    // Anybody can make up names: one that nobody has must not stay in memory.
    private void ForgetWhoIsNobody()
    {
        if (!state.RecordExists)
        {
            DeactivateOnIdle();
        }
    }

    private static Problem WrongSecret() => Problem.Unauthenticated("The secret is wrong, or was used.");

    private static Problem Wrong() => Problem.Unauthenticated("The user, the password or the code is wrong.");

    // Of somebody who is signed in: 401 would end the session on the console.
    private static Problem WrongPassword(string member = "password") => Problem.Invalid([new FieldError(member, "This is not your present password.")]);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, EventName = "InvitedNotTold", Level = LogLevel.Warning, Message = "{Principal} does not show whether an invitation waits; the next invitation or password mends it.")]
        public static partial void InvitedNotTold(ILogger logger, Exception failure, string principal);
    }
}
