namespace Platform.Api.OAuth;

/// <summary>The steps on token records that must be exact; all within the tenant of the scope. What cannot be written throws: nobody goes on as if it had been.</summary>
internal interface ITokenRecords
{
    /// <summary>Uses a code or refresh token up. False when it was used, revoked, or its family is: of any number of callers at once one hears true.</summary>
    ValueTask<bool> RedeemAsync(string token, CancellationToken cancel);

    /// <summary>Revokes a grant and every token made from it, those under way too.</summary>
    ValueTask RevokeFamilyAsync(string family, CancellationToken cancel);

    /// <summary>What of a client's the endpoints may still be shown: for each access token whose time is not over its family, or its own id when it has none.</summary>
    ValueTask<IReadOnlyList<IssuedToken>> AccessTokensAsync(string application, CancellationToken cancel);
}

/// <param name="Id">The <c>jti</c>.</param>
/// <param name="Family">The grant it came from; null for a client's own.</param>
internal readonly record struct IssuedToken(string Id, string? Family);
