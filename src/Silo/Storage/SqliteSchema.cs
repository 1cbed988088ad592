namespace Platform.Silo.Storage;

/// <summary>What a database file of ours contains.</summary>
/// <param name="ApplicationId">Marks the file as ours and as this kind; any other file is refused.</param>
/// <param name="Migrations">Statement n takes a file from <c>user_version</c> n to n + 1; never edited once released.</param>
internal sealed record SqliteSchema(int ApplicationId, params IReadOnlyList<string> Migrations);
