using System.Text.Json;
using Platform.Abstractions.Operations;

namespace Platform.Api.PersonalData;

/// <summary>What was begun, and what it means.</summary>
internal sealed record ErasureStarted(OperationView Operation, string[] Consequences);

/// <summary>Whom nobody can be again.</summary>
internal sealed record ErasedPrincipal(string Principal, DateTimeOffset? ErasedAt);

/// <summary>The statement as it was signed, its content, and the public keys that verify it.</summary>
internal sealed record SignedErasure(string Statement, JsonElement? Record, string[] Keys);
