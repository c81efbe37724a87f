# A capsule with a tf_api: see tickfold/tickfold.h.
table: object
