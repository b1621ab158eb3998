package io.nolook.rollout;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which model each camera uses: by its name, else by a share, else that of the fleet.
 *
 * <p>A model is named by its hash; {@link #OPTIONS} is the model of the job's options.
 *
 * @param files of all models that it names
 * @param fleet model of cameras that nothing else says something of
 * @param before what that was before, for those who take it back
 * @param canary model of a share of the cameras
 * @param share that share
 * @param cameras model of cameras by id
 */
public record Assignment(
        List<ModelFile> files,
        String fleet,
        String before,
        Optional<String> canary,
        Share share,
        Map<String, String> cameras) {

    /** What the job's options name. */
    public static final String OPTIONS = "";

    /** Every camera with the model of the job's options. */
    public static final Assignment NONE =
            new Assignment(List.of(), OPTIONS, OPTIONS, Optional.empty(), new Share(0), Map.of());

    /** @throws IllegalArgumentException when a model is named without its file */
    public Assignment {
        Set<String> named = models(fleet, canary, cameras);
        if (!before.equals(OPTIONS)) {
            named.add(before);
        }
        List<ModelFile> given = List.copyOf(files);
        for (String model : named) {
            if (given.stream().noneMatch(file -> file.hash().equals(model))) {
                throw new IllegalArgumentException(
                        "assignment: found model " + model + " without its file, expected one for each that it names");
            }
        }
        files = given.stream()
                .filter(file -> named.contains(file.hash()))
                .distinct()
                .toList();
        cameras = Map.copyOf(cameras);
    }

    /** The hash of a camera's model, or {@link #OPTIONS}. */
    public String of(String camera) {
        String named = cameras.get(camera);
        if (named != null) {
            return named;
        }
        return canary.filter(model -> share.has(camera)).orElse(fleet);
    }

    /** The models that cameras may use, but for that of the options. */
    public List<ModelFile> models() {
        Set<String> used = models(fleet, canary, cameras);
        return files.stream().filter(file -> used.contains(file.hash())).toList();
    }

    /** Every camera with one model from now on. */
    public Assignment deploy(ModelFile model) {
        return new Assignment(with(model), model.hash(), fleet, Optional.empty(), new Share(0), Map.of());
    }

    /** Another model for a share of the cameras, and for some by name; those before go back to the fleet's. */
    public Assignment canary(ModelFile model, Share to, Set<String> named) {
        Map<String, String> byName = new TreeMap<>();
        named.forEach(camera -> byName.put(camera, model.hash()));
        Optional<String> shared = to.basisPoints() == 0 ? Optional.empty() : Optional.of(model.hash());
        return new Assignment(with(model), fleet, before, shared, to, byName);
    }

    /** Takes back what was commanded last: cameras that are apart from the fleet, else the fleet's model. */
    public Assignment rollback() {
        boolean apart = canary.isPresent() || !cameras.isEmpty();
        return new Assignment(files, apart ? fleet : before, before, Optional.empty(), new Share(0), Map.of());
    }

    private List<ModelFile> with(ModelFile model) {
        return Stream.concat(files.stream(), Stream.of(model)).toList();
    }

    private static Set<String> models(String fleet, Optional<String> canary, Map<String, String> cameras) {
        Set<String> models = new TreeSet<>(cameras.values());
        models.add(fleet);
        canary.ifPresent(models::add);
        models.remove(OPTIONS);
        return models;
    }
}
