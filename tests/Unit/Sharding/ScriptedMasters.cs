using PaxosShard.Hashing.Configurations;
using PaxosShard.Replica.Sharding;

namespace PaxosShard.Tests.Unit.Sharding;

/// <summary>Masters that have some configurations and count what they are asked.</summary>
internal sealed class ScriptedMasters : IConfigurationSource
{
    private readonly List<Configuration> _configurations = [Configuration.Zero];

    /// <summary>What they were asked, in order: <c>wait N</c> or <c>read N</c>.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>What the next question ends with; null for its answer.</summary>
    public Exception? Failure { get; set; }

    /// <summary>There is another configuration.</summary>
    public void Add(Configuration configuration)
    {
        if (configuration.Number != _configurations.Count)
            throw new ArgumentException($"configuration {configuration.Number} does not come next", nameof(configuration));
        _configurations.Add(configuration);
    }

    public Task<long> WaitAsync(long above, CancellationToken cancellation) => AnswerAsync($"wait {above}", _configurations[^1].Number);

    public Task<Configuration> ReadAsync(long number, CancellationToken cancellation) => AnswerAsync($"read {number}", _configurations[(int)number]);

    private Task<T> AnswerAsync<T>(string question, T answer)
    {
        Asked.Add(question);
        return Failure is { } failure ? Task.FromException<T>(failure) : Task.FromResult(answer);
    }
}
