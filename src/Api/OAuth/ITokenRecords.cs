namespace Platform.Api.OAuth;

/// <summary>The steps on token records that must be exact; all within the tenant of the scope. What cannot be written throws: nobody goes on as if it had been.</summary>
internal interface ITokenRecords
{
    /// <summary>Uses a code or refresh token up. False when it was used, revoked, or its family is: of any number of callers at once one hears true.</summary>
    ValueTask<bool> RedeemAsync(string token, CancellationToken cancel);

    /// <summary>Revokes every grant and every token of the tenant, those under way too; how many were not over before.</summary>
    ValueTask<(int Grants, int Tokens)> RevokeAllAsync(CancellationToken cancel);

    /// <summary>Where a token of the tenant came from; null when there is no such token.</summary>
    ValueTask<TokenOrigin?> FindAsync(string token, CancellationToken cancel);

    /// <summary>Revokes one token.</summary>
    ValueTask RevokeAsync(string token, CancellationToken cancel);

    /// <summary>Revokes a grant and every token made from it, those under way too.</summary>
    ValueTask RevokeFamilyAsync(string family, CancellationToken cancel);
}

/// <summary>Where a token came from.</summary>
/// <param name="Family">The consent that it came of; null for a machine's, which has none.</param>
internal sealed record TokenOrigin(string? Family);
