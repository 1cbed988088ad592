using System.Diagnostics;
using Platform.Abstractions.Identity;
using Platform.Abstractions.Problems;
using Platform.Api.Audit;

namespace Platform.Api.Mcp;

/// <summary>
/// One message on its way through the gate, and the way back to whoever sent it: what a transport knows beside the message. The gate asks, in its order;
/// a transport never decides what a message may do.
/// </summary>
internal interface IMcpExchange
{
    McpGate.Admission Admission { get; }

    AuditEntry Entry { get; }

    Activity? Activity { get; }

    /// <summary>The caller is gone.</summary>
    CancellationToken Gone { get; }

    /// <summary>An entry for one message of a batch.</summary>
    AuditEntry NewEntry();

    /// <summary>Which era a message belongs to, and what contradicts it in what the transport knows.</summary>
    Problem? EraOf(McpMessage message, out McpEra era);

    /// <summary>Whether an array of messages can be anything but a mistake here: not for whoever speaks 2026-07-28.</summary>
    bool MayBatch { get; }

    /// <summary>The session of a legacy message.</summary>
    ValueTask<Result<ILegacySession>> EnterAsync();

    /// <summary>Opens a session and answers its id, or null where it needs none.</summary>
    ValueTask<Result<string?>> OpenSessionAsync(McpMessage message);

    /// <summary>Whether messages travel with headers that must equal them.</summary>
    bool HasHeaders { get; }

    /// <summary>A header; null when it is missing, <see cref="McpHeaders.Twice"/> when it is there more than once.</summary>
    string? Header(string name);

    /// <summary>A long answer can go out while it is read; elsewhere it is held whole, and so is shorter.</summary>
    bool SendsPieces { get; }

    /// <summary>A modern client cancels a request that runs on the same connection. HTTP has no such message: there the connection is the request.</summary>
    void CancelModern(ReadOnlyMemory<byte> id);

    /// <summary>
    /// Every check has passed: from now on an answer has status 200 and may be a while. Answers the token that ends the run when it is cancelled.
    /// </summary>
    CancellationToken Begin(McpMessage message, McpEra era, ILegacySession? session);

    /// <summary>Why the run was ended from outside; null when its client cancelled it.</summary>
    Problem? EndedBy { get; }

    /// <summary>What its caller may do now: what it was admitted with may have gone since (AZ-6). A problem when it may not stay at all.</summary>
    ValueTask<Result<PermissionSet>> PermissionsAsync(CancellationToken cancel);

    /// <summary>Ends the run: its token is cancelled, and the reason stays.</summary>
    void End(Problem reason);

    /// <summary>The run did not finish at once: when it takes long, the client is told that it goes on.</summary>
    void Wait();

    /// <summary>Sends a message before the answer; nothing happens when the client is gone for good.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> message);

    /// <summary>Lets the client go and come back for the rest, where it can (2025-11-25, SSE polling); elsewhere nothing happens.</summary>
    ValueTask ReleaseAsync();
}
