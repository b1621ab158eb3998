package io.nolook.frame;

/** How a picture of another shape is brought to the model's size. */
public enum FrameFit {
    /** Scaled until it covers the model's size; what sticks out is cut off on both sides alike. */
    CROP,
    /** Scaled until it fits inside; the rest is black, on both sides alike. */
    PAD,
    /** Width and height scaled apart; shapes are distorted. */
    STRETCH
}
