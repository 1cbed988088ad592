using Platform.Abstractions.Audit;

namespace Platform.Silo.Audit.Witnesses;

/// <summary>Somebody who keeps what it was given, where whoever sets back the store does not reach.</summary>
internal interface IAuditWitness
{
    /// <summary>In logs, metrics and findings.</summary>
    string Name { get; }

    /// <summary>What it has of the last checkpoint, with all heads where it has them; null when it has nothing yet.</summary>
    Task<WitnessRecord?> LastAsync(CancellationToken cancel);

    /// <summary>Returns when it is kept.</summary>
    Task WriteAsync(WitnessRecord record, CancellationToken cancel);
}
