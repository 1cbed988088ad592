namespace Platform.Silo.Storage;

/// <summary>Makes the service before anything else of the host starts, so that a fault of the data directory ends the start with its own exception.</summary>
internal sealed class OpenAtStart<T>(IServiceProvider services) : IHostedLifecycleService where T : notnull
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<T>();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
